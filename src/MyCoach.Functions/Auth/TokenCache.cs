using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Auth;

/// <summary>
/// Caches tokens by their ids. A change made by this instance is visible at once, one made by another instance within
/// ten seconds.
/// </summary>
internal sealed partial class TokenCache(
    TokensTable table,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<TokenCache> logger
)
{
    private readonly ExpiringCache<(string Owner, string Id), UserToken?> readings = new(clock);

    /// <summary>The token with this id; null if it does not exist. Its secret is not checked.</summary>
    public Task<UserToken?> FindAsync(TokenText text, CancellationToken cancellation) =>
        readings.GetAsync((text.Owner, text.Id), () => table.FindAsync(text.Owner, text.Id, cancellation));

    /// <summary>Call this after a token was changed or deleted.</summary>
    public void Invalidate(UserId user, string id) => readings.Invalidate((TokenOwner.Of(user), id));

    /// <summary>Notes the day of a use, once a day. A failure is logged and does not fail the request.</summary>
    public async Task NoteUseAsync(UserToken token, CancellationToken cancellation)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        if (token.LastUsedOn == today)
        {
            return;
        }
        try
        {
            var user = await fence.EnterAsync(token.User, cancellation);
            await table.NoteUseAsync(user, token, today, cancellation);
            Invalidate(user, token.Id);
        }
        catch (AccountErasingException)
        {
            // The erasure deletes the token.
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault))
        {
            Log.NotNoted(logger, fault.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Could not note the use of a token: {Reason}")]
        public static partial void NotNoted(ILogger logger, string reason);
    }
}
