using Azure;
using MyCoach.Http;
using MyCoach.Providers;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>A request that checks or changes a provider key, with the services that do it.</summary>
internal readonly record struct ProviderKeyRequest(
    ProviderKeysTable Table,
    KeyKeeper Keeper,
    ProviderKeyWriter Writer,
    KeyValidation Validation,
    KeyChecksTable Checks,
    ActivityTable Log,
    Actor Actor,
    HttpContext Context,
    CancellationToken Cancellation
)
{
    public bool IfMatchAllows(ETag? row) => EntityTags.IfMatchAllows(Context.Request, row);

    public Task LogAsync(UserId user, string action, Provider provider) =>
        Log.AddAsync(user, Actor, action, provider.Id);
}
