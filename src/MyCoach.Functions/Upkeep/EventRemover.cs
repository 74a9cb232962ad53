using Azure;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>Removes the events of a user-month, with the marks of their ids.</summary>
internal sealed class EventRemover(MonthTable usage, MonthScans scans)
{
    /// <summary>
    /// Marks the ledger; call this before anything is removed. Otherwise a recount would correct the ledger to the sum
    /// of the remaining events. False if there is no ledger, or a reservation is open.
    /// </summary>
    public async Task<bool> TryMarkAsync(UserId user, Month month, EventRemoval removal, CancellationToken cancellation)
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            if (await usage.FindLedgerAsync(user, month, cancellation) is not { Reservations: 0 } ledger)
            {
                return false;
            }
            if (
                ledger.Removal == removal
                || await usage.TryWriteAsync(
                    user,
                    (ledger with { Removal = removal }).Write(user.MonthPartition(month)),
                    ledger.ETag,
                    cancellation
                )
                    is not null
            )
            {
                return true;
            }
        }
    }

    /// <summary>
    /// Returns how many rows were removed; null if another run was faster with some of them. Each event is removed with
    /// its mark, so that neither remains without the other. The marks that only block an id follow.
    /// </summary>
    public async Task<int?> TryRemoveAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var removed = 0;
        await foreach (var keys in scans.ListEventAndMarkKeysAsync(user, month, cancellation))
        {
            var transaction = new EntityGroupTransaction(user.MonthPartition(month));
            foreach (var key in keys)
            {
                transaction.Delete(user.MonthPartition(month), key, ETag.All);
            }
            if (await usage.SubmitAsync(user, transaction, cancellation) != TransactionOutcome.Committed)
            {
                return null;
            }
            removed += keys.Count;
        }
        return removed;
    }
}
