using MyCoach.Auth;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Tokens;

/// <summary>Creates, changes and deletes a user's tokens, if the caller's <c>If-Match</c> allows it.</summary>
internal sealed class TokenWriter(TokensTable table, TokenCache cache)
{
    /// <summary>False if the user already has the maximum number of tokens.</summary>
    /// <param name="token">With an id that no token has.</param>
    public async Task<bool> TryCreateAsync(UserId user, UserToken token, CancellationToken cancellation)
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var outcome = await table.TryAddAsync(user, token, cancellation);
            // Whatever has the id is from an attempt whose response was lost.
            if (
                outcome == TransactionOutcome.Committed
                || await table.FindAsync(TokenOwner.Of(user), token.Id, cancellation) is not null
            )
            {
                return true;
            }
            if (outcome is null)
            {
                return false;
            }
        }
    }

    /// <param name="change">Called again if another writer was faster.</param>
    /// <param name="isAllowed">Whether the caller allows a change of this token (null: it does not exist).</param>
    /// <returns>Null and whether there is a token, if nothing was changed.</returns>
    public async Task<(UserToken? Changed, bool Exists)> ChangeAsync(
        UserId user,
        string id,
        Func<UserToken, UserToken> change,
        Func<UserToken?, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var token = await table.FindAsync(TokenOwner.Of(user), id, cancellation);
            if (token is null || !isAllowed(token))
            {
                return (null, token is not null);
            }
            if (await table.TryReplaceAsync(user, change(token), cancellation) is { } changed)
            {
                cache.Invalidate(user, id);
                return (changed, true);
            }
        }
    }

    /// <returns>Whether it was deleted, and whether there is a token.</returns>
    public async Task<(bool IsDeleted, bool Exists)> DeleteAsync(
        UserId user,
        string id,
        Func<UserToken?, bool> isAllowed,
        CancellationToken cancellation
    )
    {
        var mayBeDeleted = false;
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var token = await table.FindAsync(TokenOwner.Of(user), id, cancellation);
            if (token is null || !isAllowed(token))
            {
                cache.Invalidate(user, id);
                return (token is null && mayBeDeleted, token is not null);
            }
            var outcome = await table.TryDeleteAsync(user, token, CancellationToken.None);
            if (outcome == TransactionOutcome.Committed)
            {
                cache.Invalidate(user, id);
                return (true, false);
            }
            mayBeDeleted |= outcome == TransactionOutcome.Unknown;
        }
    }
}
