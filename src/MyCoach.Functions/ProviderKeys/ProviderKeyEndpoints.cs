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
        builder.Services.AddSingleton<KeyChecksTable>();
        builder.Services.AddSingleton<KeyKeeper>();
        builder.Services.AddSingleton<ProviderKeyCache>();
        builder.Services.AddSingleton<KeyStatusRecorder>();
    }

    public static void MapProviderKeys(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapRotation();
        var keys = endpoints.MapGroup("/api/keys").WithTags("Keys");
        keys.MapGet("/", ListAsync).WithName("ListKeys").WithSummary("List the caller's provider keys, masked");
        keys.MapGet("/{provider}", GetAsync).WithETag().WithName("GetKey").WithSummary("Get one provider key, masked");
        keys.MapPut("/{provider}", PutAsync)
            .WithETag()
            .WithName("PutKey")
            .WithSummary("Check a provider key at the provider, then store or replace it");
        keys.MapPost("/{provider}/validate", ValidateAsync).WithETag().WithName("ValidateKey").WithSummary("Check the stored key at the provider");
        keys.MapDelete("/{provider}", DeleteAsync).WithETag().WithName("DeleteKey").WithSummary("Delete a provider key");
    }

    private static async Task<Ok<ProviderKeyList>> ListAsync(UserId user, ProviderKeysTable table, CancellationToken cancellation)
    {
        var keys = await table.ListAsync(user, cancellation);
        return TypedResults.Ok(new ProviderKeyList([.. keys.Select(View)]));
    }

    private static async Task<Results<Ok<ProviderKeyView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string provider,
        ProviderKeysTable table,
        HttpContext context,
        CancellationToken cancellation
    ) =>
        Provider.Find(provider) is { } known && await table.FindAsync(user, known, cancellation) is { } key
            ? OkWithETag(context, key)
            : Problems.NotFound();

    private static async Task<Results<Created<ProviderKeyView>, Ok<ProviderKeyView>, ProblemHttpResult>> PutAsync(
        UserId user,
        string provider,
        ProviderKeyPut body,
        ProviderKeysTable table,
        KeyKeeper keeper,
        KeyChecksTable checks,
        ActivityTable activity,
        Actor actor,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        var apiKey = body.ApiKey?.Trim();
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.NotFound();
        }
        if (FindFault(known, apiKey) is { } fault)
        {
            return Problems.Invalid("apiKey", fault);
        }
        if (!await keeper.CanEncryptAsync(cancellation))
        {
            return Problems.EncryptionUnavailable();
        }
        // Check the preconditions first: a key that may not be stored need not be checked at the provider.
        var old = await table.FindAsync(user, known, cancellation);
        if (!EntityTags.IfMatchAllows(context.Request, old?.ETag))
        {
            return Problems.PreconditionFailed();
        }
        if (await checks.CountAsync(user, cancellation) is { } wait)
        {
            return TooManyChecks(context, wait);
        }
        var (outcome, key) = await keeper.StoreAsync(
            user,
            known,
            apiKey!,
            old,
            etag => EntityTags.IfMatchAllows(context.Request, etag),
            cancellation
        );
        if (key is null)
        {
            return ProblemOf(outcome);
        }
        await activity.AddAsync(user, actor, outcome == KeyOutcome.Created ? Activity.KeyCreated : Activity.KeyReplaced, known.Id);
        return outcome == KeyOutcome.Created ? TypedResults.Created($"/api/keys/{known.Id}", ViewWithETag(context, key)) : OkWithETag(context, key);
    }

    private static async Task<Results<Ok<ProviderKeyView>, ProblemHttpResult>> ValidateAsync(
        UserId user,
        string provider,
        ProviderKeysTable table,
        KeyKeeper keeper,
        KeyChecksTable checks,
        ActivityTable activity,
        Actor actor,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        if (Provider.Find(provider) is not { } known || await table.FindAsync(user, known, cancellation) is not { } key)
        {
            return Problems.NotFound();
        }
        if (!await keeper.CanDecryptAsync(key, cancellation))
        {
            return Problems.EncryptionUnavailable();
        }
        if (await checks.CountAsync(user, cancellation) is { } wait)
        {
            return TooManyChecks(context, wait);
        }
        if (await keeper.ValidateAsync(user, key, cancellation) is not { } validated)
        {
            return Problems.NotFound();
        }
        await activity.AddAsync(user, actor, Activity.KeyValidated, known.Id);
        return OkWithETag(context, validated);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        UserId user,
        string provider,
        KeyKeeper keeper,
        ActivityTable activity,
        Actor actor,
        HttpRequest request,
        CancellationToken cancellation
    )
    {
        if (Provider.Find(provider) is not { } known)
        {
            return Problems.NotFound();
        }
        if (
            await keeper.DeleteAsync(user, known, etag => EntityTags.IfMatchAllows(request, etag), cancellation)
            is var outcome
                and not KeyOutcome.Deleted
        )
        {
            return ProblemOf(outcome);
        }
        await activity.AddAsync(user, actor, Activity.KeyDeleted, known.Id);
        return TypedResults.NoContent();
    }

    private static string? FindFault(Provider provider, string? apiKey) =>
        apiKey is not { Length: >= 8 and <= 512 } || !apiKey.All(character => character is > ' ' and <= '~')
            ? "must be 8 to 512 visible ASCII characters"
        : apiKey.StartsWith(provider.AdminKeyPrefix, StringComparison.Ordinal)
            ? "is an organisation admin key, which has more permissions than model calls need; use a regular key"
        : null;

    private static ProblemHttpResult ProblemOf(KeyOutcome outcome) =>
        outcome switch
        {
            KeyOutcome.Rejected => Problems.KeyRejected(),
            KeyOutcome.Changed => Problems.PreconditionFailed(),
            _ => Problems.NotFound(),
        };

    private static ProblemHttpResult TooManyChecks(HttpContext context, TimeSpan wait) =>
        Problems.TooManyRequests(context, wait, $"Keys can be checked at providers {KeyChecksTable.MaxPerHour} times per hour. Try again later.");

    private static Ok<ProviderKeyView> OkWithETag(HttpContext context, ProviderKey key) => TypedResults.Ok(ViewWithETag(context, key));

    private static ProviderKeyView ViewWithETag(HttpContext context, ProviderKey key)
    {
        EntityTags.WriteHeader(context, key.ETag);
        return View(key);
    }

    private static ProviderKeyView View(ProviderKey key) =>
        new(key.Provider.Id, key.MaskedKey, key.IsUsable, key.Status.Name(), key.LastValidatedAt, key.CreatedAt, key.UpdatedAt);
}
