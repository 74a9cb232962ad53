using Microsoft.AspNetCore.Mvc;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Users;

namespace MyCoach.Prices;

/// <summary>An operator's request about prices, with the services that handle it.</summary>
// FromServices on the properties: see ProviderKeyRequest.
internal readonly record struct PriceRequest(
    [property: FromServices] PriceVersionsTable Table,
    [property: FromServices] PriceBook Book,
    [property: FromServices] ActivityTable Log,
    [property: FromServices] ErasureFence Fence,
    [property: FromServices] TimeProvider Clock,
    Actor Actor,
    HttpContext Context,
    CancellationToken Cancellation
)
{
    /// <summary>The latest stored version; null for the embedded book.</summary>
    public async Task<PriceVersion?> FindLatestAsync() =>
        await Table.FindAsync(await Table.FindLatestAsync(Cancellation), Cancellation);

    /// <summary>Records what the operator did in their own activity log. A service that acts for no user has none.</summary>
    public async Task LogAsync(string action, string? subject)
    {
        if (Context.Features.Get<Caller>()?.User is { } user)
        {
            await Log.AddAsync(await Fence.EnterAsync(user, Cancellation), Actor, action, subject);
        }
    }

    public bool ConditionsAllow(long version) => EntityTags.ConditionsAllow(Context.Request, TagOf(version));

    public void ShowETag(long version) => Context.Response.Headers.ETag = TagOf(version);

    private static string TagOf(long version) => $"\"prices-{version}\"";
}
