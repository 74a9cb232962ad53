using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Counts the events of a user-month again, compares every totals row with them, and has the rows that differ
/// corrected.
/// </summary>
internal sealed class LedgerRecount(
    MonthTable table,
    TombstonesTable conversations,
    FindBudgetTerms findTerms,
    LedgerRepair repair
)
{
    // A count is invalid if the month was written to in the meantime.
    private const int MaxCounts = 3;

    /// <summary>False if the month was written to during every count. The next run tries again.</summary>
    public async Task<bool> TryRunAsync(UserId user, Month month, CancellationToken cancellation)
    {
        for (var counts = 0; counts < MaxCounts; counts++)
        {
            var before = await table.FindLedgerAsync(user, month, cancellation);
            if (before is { Removal: not EventRemoval.None })
            {
                // The retention has removed events, so there is nothing to compare with.
                return true;
            }
            var open =
                before is null || (before.Reservations == 0 && before.Reserved == PicoUsd.Zero)
                    ? []
                    : await table.ListReservationsAsync(user, month, cancellation).ToListAsync(cancellation);
            var deletedBefore = await conversations.ListDeletedConversationsAsync(user, cancellation);
            var (ledger, found) = await new DriftFinder(open).FindAsync(
                table.ListRecountRowsAsync(user, month, cancellation),
                cancellation
            );
            if (before?.ETag != ledger?.ETag)
            {
                continue;
            }
            var drifts =
                found.Count == 0
                    ? found
                    : WithoutDeleted(
                        found,
                        deletedBefore,
                        await conversations.ListDeletedConversationsAsync(user, cancellation)
                    );
            var expected = (ledger ?? MonthLedger.New(await findTerms(user, cancellation))) with
            {
                Reserved = open.Aggregate(PicoUsd.Zero, (sum, reservation) => sum + reservation.Amount),
                Reservations = open.Count,
            };
            if (ledger is not null && expected != ledger && drifts.All(drift => !drift.IsLedger))
            {
                drifts =
                [
                    new Drift(
                        new TotalsRow(MonthRows.LedgerKey, ledger.Totals, Generation: 0, ledger.ETag),
                        ledger.Totals,
                        expected.Reserved
                    ),
                    .. drifts,
                ];
            }
            if (drifts.Count == 0 || await repair.TryRunAsync(user, month, expected, drifts, cancellation))
            {
                return true;
            }
        }
        return false;
    }

    // The sweep clears a deleted conversation's rows one by one without changing the ledger, so its totals need not add
    // up in the meantime.
    private static List<Drift> WithoutDeleted(
        IReadOnlyList<Drift> drifts,
        DeletedConversations before,
        DeletedConversations after
    ) =>
        [
            .. drifts.Where(drift =>
                !MonthRows.IsConversation(drift.Stored.Key)
                || before.GenerationOf(MonthRows.ConversationOf(drift.Stored.Key))
                    + after.GenerationOf(MonthRows.ConversationOf(drift.Stored.Key))
                    == 0
            ),
        ];
}
