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
    private const int MaxEntries = 10_000;

    private readonly ExpiringCache<(string Owner, string Id), UserToken?> readings = new(clock);

    // Apart from the others, so that made-up texts do not displace real tokens.
    private readonly ExpiringMap<(string Owner, string Id), bool> absent = new(
        clock,
        TimeSpan.FromSeconds(8),
        MaxEntries
    );

    // The uses that are being noted, or were a minute ago: calls neither wait for it nor repeat it.
    private readonly ExpiringMap<(string Owner, string Id), DateOnly> noted = new(
        clock,
        TimeSpan.FromMinutes(1),
        MaxEntries
    );

    /// <summary>The token with this id; null if it does not exist. Its secret is not checked.</summary>
    public async Task<UserToken?> FindAsync(TokenText text, CancellationToken cancellation)
    {
        var key = (text.Owner, text.Id);
        if (absent.TryGet(key, out _))
        {
            return null;
        }
        var token = await readings.GetAsync(
            key,
            () => table.FindAsync(text.Owner, text.Id, cancellation),
            found => found is not null
        );
        if (token is null)
        {
            absent.Set(key, true);
        }
        return token;
    }

    /// <summary>Call this after a token was changed or deleted.</summary>
    public void Invalidate(UserId user, string id) => readings.Invalidate((TokenOwner.Of(user), id));

    /// <summary>
    /// Notes the day of a use, once a day, beside the request. A failure is logged, and a later use is noted.
    /// </summary>
    public void NoteUse(UserToken token)
    {
        var (key, today) = (
            (TokenOwner.Of(token.User), token.Id),
            DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime)
        );
        if (token.LastUsedOn != today && !(noted.TryGet(key, out var day) && day == today))
        {
            noted.Set(key, today);
            _ = NoteUseAsync(token, today);
        }
    }

    private async Task NoteUseAsync(UserToken token, DateOnly today)
    {
        try
        {
            var user = await fence.EnterAsync(token.User, CancellationToken.None);
            await table.NoteUseAsync(user, token, today, CancellationToken.None);
            Invalidate(user, token.Id);
        }
        catch (AccountErasingException)
        {
            // The erasure deletes the token.
        }
        catch (Exception fault)
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
