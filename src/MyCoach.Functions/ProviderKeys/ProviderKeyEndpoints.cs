using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

internal static class ProviderKeyEndpoints
{
    public static void AddProviderKeys(this IHostApplicationBuilder builder)
    {
        builder.AddRotation();
        builder.Services.AddSingleton<ProviderKeysTable>();
        builder.Services.AddSingleton<ProviderKeyCipher>();
        builder.Services.AddSingleton<ProviderKeyWriter>();
        builder.Services.AddSingleton<KeyValidation>();
        builder.Services.AddSingleton<ProviderKeyCache>();
        builder.Services.AddSingleton<KeyStatusRecorder>();
    }

    public static void MapProviderKeys(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapRotation();
        var keys = endpoints.MapGroup("/api/keys").WithTags("Keys");
        keys.MapGet("/", ListAsync).WithName("ListKeys").WithSummary("List the caller's provider keys, masked");
        keys.MapGet("/{provider}", GetAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("GetKey")
            .WithSummary("Get one provider key, masked");
        keys.MapPut("/{provider}", PutKeyEndpoint.PutAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound, StatusCodes.Status422UnprocessableEntity)
            .WithName("PutKey")
            .WithSummary("Check a provider key at the provider, then store or replace it");
        keys.MapPost("/{provider}/validate", ValidateAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("ValidateKey")
            .WithSummary("Check the stored key at the provider");
        keys.MapDelete("/{provider}", DeleteAsync)
            .WithETag()
            .WithProblems(StatusCodes.Status404NotFound)
            .WithName("DeleteKey")
            .WithSummary("Delete a provider key");
    }

    private static async Task<Ok<ProviderKeyList>> ListAsync(
        UserId user,
        ProviderKeysTable table,
        CancellationToken cancellation
    )
    {
        var keys = await table.ListAsync(user, cancellation);
        return TypedResults.Ok(new ProviderKeyList([.. keys.Select(ProviderKeyView.Of)]));
    }

    private static async Task<Results<Ok<ProviderKeyView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string provider,
        ProviderKeysTable table,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Provider.Find(provider) is not { } known ? Problems.UnknownProvider()
        : await table.FindAsync(user, known, cancellation) is { } key ? KeyAnswers.OkWithETag(context, key)
        : KeyAnswers.NoKey(known);

    private static async Task<Results<Ok<ProviderKeyView>, ProblemHttpResult>> ValidateAsync(
        UserId user,
        string provider,
        [AsParameters] ProviderKeyRequest request
    )
    {
        var cancellation = request.Cancellation;
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        if (await request.Table.FindAsync(user, known, cancellation) is not { } key)
        {
            return KeyAnswers.NoKey(known);
        }
        if (!await request.Cipher.CanDecryptAsync(key, cancellation))
        {
            return Problems.EncryptionUnavailable();
        }
        if (await request.RefuseOrCountCheckAsync(user) is { } refusal)
        {
            return refusal;
        }
        if (await request.Validation.ValidateAsync(user, key, cancellation) is not { } validated)
        {
            return KeyAnswers.NoKey(known);
        }
        await request.LogAsync(user, Activity.KeyValidated, known);
        return KeyAnswers.OkWithETag(request.Context, validated);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string provider,
        [AsParameters] ProviderKeyRequest request
    )
    {
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.UnknownProvider();
        }
        var outcome = await request.Writer.DeleteAsync(user, known, request.ConditionsAllow, request.Cancellation);
        if (outcome != KeyOutcome.Deleted)
        {
            return KeyAnswers.ProblemOf(outcome, known);
        }
        await request.LogAsync(user, Activity.KeyDeleted, known);
        return TypedResults.NoContent();
    }
}
