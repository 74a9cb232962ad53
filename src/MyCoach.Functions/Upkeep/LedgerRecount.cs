using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Counts the events of a user-month again and compares every totals row with them. A row that differs is corrected, and the difference is stored in
/// a repair row and reported. A difference means a bug or a manual change in the tables.
/// </summary>
internal sealed partial class LedgerRecount(
    MonthTable table,
    TombstonesTable conversations,
    FindBudgetTerms findTerms,
    ChangedMonthsTable changed,
    UpkeepMetrics metrics,
    TimeProvider clock,
    ILogger<LedgerRecount> logger
)
{
    // A count is invalid if the month was written to in the meantime.
    private const int MaxCounts = 3;

    // Each takes two rows of the transaction, which also contains the ledger.
    private const int MaxRepairs = 40;

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
            var (ledger, found) = await new DriftFinder().FindAsync(table.ListRecountRowsAsync(user, month, cancellation), cancellation);
            if (before?.ETag != ledger?.ETag)
            {
                continue;
            }
            var drifts =
                found.Count == 0
                    ? found
                    : WithoutDeleted(found, deletedBefore, await conversations.ListDeletedConversationsAsync(user, cancellation));
            var expected = (ledger ?? MonthLedger.New(await findTerms(user, cancellation))) with
            {
                Reserved = open.Aggregate(PicoUsd.Zero, (sum, reservation) => sum + reservation.Amount),
                Reservations = open.Count,
            };
            if (ledger is not null && expected != ledger && drifts.All(drift => drift.Stored.Key != MonthRows.LedgerKey))
            {
                drifts = [new Drift(new TotalsRow(MonthRows.LedgerKey, ledger.Totals, Generation: 0, ledger.ETag), ledger.Totals), .. drifts];
            }
            if (drifts.Count == 0)
            {
                return true;
            }
            if (await TryRepairAsync(user, month, expected, drifts, cancellation))
            {
                return true;
            }
        }
        return false;
    }

    // The sweep clears a deleted conversation's rows one by one without changing the ledger, so its totals need not add up in the meantime.
    private static List<Drift> WithoutDeleted(IReadOnlyList<Drift> drifts, DeletedConversations before, DeletedConversations after) =>
        [
            .. drifts.Where(drift =>
                !MonthRows.IsConversation(drift.Stored.Key)
                || before.GenerationOf(MonthRows.ConversationOf(drift.Stored.Key)) + after.GenerationOf(MonthRows.ConversationOf(drift.Stored.Key))
                    == 0
            ),
        ];

    /// <summary>Corrects the rows that differ. True if all of them are corrected; otherwise the month is counted again.</summary>
    private async Task<bool> TryRepairAsync(UserId user, Month month, MonthLedger ledger, IReadOnlyList<Drift> drifts, CancellationToken cancellation)
    {
        var partition = user.MonthPartition(month);
        var now = clock.GetUtcNow();
        var transaction = new EntityGroupTransaction(partition);
        var counted = drifts.FirstOrDefault(drift => drift.Stored.Key == MonthRows.LedgerKey)?.Counted ?? ledger.Totals;
        transaction.Write((ledger with { Totals = counted }).Write(partition), ledger.ETag);
        // The ledger's repair row comes first, because every repair transaction corrects the ledger.
        var repaired = drifts.OrderBy(drift => drift.Stored.Key == MonthRows.LedgerKey ? 0 : 1).Take(MaxRepairs).ToArray();
        var lastRepair = "";
        foreach (var drift in repaired)
        {
            var repair = MonthRows.WriteRepair(partition, drift.Stored.Key, drift.Counted - drift.Stored.Totals, now);
            transaction.Insert(repair);
            lastRepair = repair.RowKey;
            if (drift.Stored.Key != MonthRows.LedgerKey)
            {
                transaction.Write(MonthRows.WriteTotals(partition, drift.Stored with { Totals = drift.Counted }), drift.Stored.ETag);
            }
        }
        var outcome = await table.SubmitAsync(user, transaction, cancellation);
        // If the response was lost, the repair rows show whether the transaction committed.
        if (
            outcome != TransactionOutcome.Committed
            && (outcome != TransactionOutcome.Unknown || (await table.FindTotalsAsync(user, month, lastRepair, cancellation)).ETag is null)
        )
        {
            return false;
        }
        foreach (var drift in repaired)
        {
            var difference = drift.Counted - drift.Stored.Totals;
            Log.Repaired(logger, month, drift.Stored.Key.Split('_')[0], difference.Requests, difference.Cost.ToString());
        }
        metrics.Drifts(repaired.Length);
        // The corrected spend may have reached a threshold, so the month must be visited.
        await changed.NoteAsync(user, month, cancellation);
        return repaired.Length == drifts.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Drift in a user's {Month}: corrected a {Kind} row by {Requests} requests and {CostPicoUsd} pico-dollars")]
        public static partial void Repaired(ILogger logger, Month month, string kind, long requests, string costPicoUsd);
    }
}
