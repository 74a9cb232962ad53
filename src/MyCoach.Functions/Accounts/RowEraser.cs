using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Accounts;

/// <summary>Deletes the rows of a user whose erasure is still in progress.</summary>
internal sealed class RowEraser(ErasuresTable erasures, UserTables tables)
{
    private const int MaxKeySweeps = 5;

    /// <summary>Erases the rows in all tables, and returns how many there were.</summary>
    /// <exception cref="ErasureEndedException"/>
    public async Task<int> EraseAsync(Erasure erasure, UserId user, CancellationToken cancellation)
    {
        var found = 0;
        foreach (var table in tables.All)
        {
            found += await table.EraseAsync(user, Admit(erasure, user), cancellation);
        }
        return found;
    }

    /// <summary>
    /// Erases only the provider keys, which must be deleted before the caller gets a response, even if the rest takes
    /// longer.
    /// </summary>
    /// <returns>False if new keys keep appearing.</returns>
    public async Task<bool> TryEraseKeysAsync(Erasure erasure, UserId user, CancellationToken cancellation)
    {
        try
        {
            var sweeps = 0;
            while (
                await tables.ProviderKeys.EraseAsync(user, Admit(erasure, user), cancellation) > 0
                && sweeps < MaxKeySweeps
            )
            {
                sweeps++;
            }
            return sweeps < MaxKeySweeps;
        }
        catch (ErasureEndedException)
        {
            return true;
        }
    }

    // Once another process has ended the erasure, the user may have come back. Rows found after that are new and must
    // not be deleted.
    private WriteGuard Admit(Erasure erasure, UserId user) =>
        async cancellation =>
        {
            if (
                await erasures.FindAsync(user, cancellation) is not { IsDone: false } current
                || current.Id != erasure.Id
            )
            {
                throw new ErasureEndedException();
            }
        };
}
