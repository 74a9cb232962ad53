using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

/// <summary>Responses that the endpoints of provider keys share.</summary>
internal static class KeyAnswers
{
    public static ProblemHttpResult ProblemOf(KeyOutcome outcome, Provider provider) =>
        outcome switch
        {
            KeyOutcome.Rejected => Problems.KeyRejected(),
            KeyOutcome.Changed => Problems.PreconditionFailed(),
            _ => NoKey(provider),
        };

    public static ProblemHttpResult NoKey(Provider provider) =>
        Problems.NotFound($"You have no {provider.Id} key. Store one with PUT /api/keys/{provider.Id}.");

    public static Ok<ProviderKeyView> OkWithETag(HttpContext context, ProviderKey key) =>
        TypedResults.Ok(ViewWithETag(context, key));

    public static Created<ProviderKeyView> CreatedWithETag(HttpContext context, ProviderKey key) =>
        TypedResults.Created($"/api/keys/{key.Provider.Id}", ViewWithETag(context, key));

    private static ProviderKeyView ViewWithETag(HttpContext context, ProviderKey key)
    {
        EntityTags.WriteHeader(context, key.ETag);
        return ProviderKeyView.Of(key);
    }
}
