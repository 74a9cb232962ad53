using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Counts the events of a user-month again and holds every row of totals against them. What does not add up is put right, and how far it was off is kept
/// in a row beside it and reported: it is a fault of ours or a hand in the tables.
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
    // A month that is written to while it is counted proves nothing.
    private const int MostCounts = 3;

    // Each takes two rows of a transaction, which also holds the ledger.
    private const int MostRepairs = 40;

    /// <summary>False where the month was written to each time it was counted; the next run tries again.</summary>
    public async Task<bool> TryRunAsync(UserId user, Month month, CancellationToken cancellation)
    {
        for (var counts = 0; counts < MostCounts; counts++)
        {
            var before = await table.FindLedgerAsync(user, month, cancellation);
            if (before is { Removal: not EventRemoval.None })
            {
                // Nothing is left to hold it against.
                return true;
            }
            var open =
                before is null || (before.Reservations == 0 && before.Reserved == PicoUsd.Zero)
                    ? []
                    : await table.ReservationsAsync(user, month, cancellation).ToListAsync(cancellation);
            var clearing = await conversations.ListDetachmentsAsync(user, cancellation);
            var (ledger, found) = await new MonthCount().RunAsync(table.ScanAsync(user, month, cancellation), cancellation);
            if (before?.ETag != ledger?.ETag)
            {
                continue;
            }
            var drifts = found.Count == 0 ? found : WithoutDeleted(found, clearing, await conversations.ListDetachmentsAsync(user, cancellation));
            var held = (ledger ?? MonthLedger.New(await findTerms(user, cancellation))) with
            {
                Reserved = open.Aggregate(PicoUsd.Zero, (sum, reservation) => sum + reservation.Amount),
                Reservations = open.Count,
            };
            if (ledger is not null && held != ledger && drifts.All(drift => drift.Stored.Key != MonthRows.LedgerKey))
            {
                drifts = [new Drift(new TotalsRow(MonthRows.LedgerKey, ledger.Totals, Generation: 0, ledger.ETag), ledger.Totals), .. drifts];
            }
            if (drifts.Count == 0)
            {
                return true;
            }
            if (await TryRepairAsync(user, month, held, drifts, cancellation))
            {
                return true;
            }
        }
        return false;
    }

    // While a deleted conversation's rows are taken away one by one, which the ledger does not tell, they cannot add up.
    private static List<Drift> WithoutDeleted(IReadOnlyList<Drift> drifts, Detachments before, Detachments after) =>
        [
            .. drifts.Where(drift =>
                !MonthRows.IsConversation(drift.Stored.Key)
                || before.GenerationOf(MonthRows.ConversationOf(drift.Stored.Key)) + after.GenerationOf(MonthRows.ConversationOf(drift.Stored.Key))
                    == 0
            ),
        ];

    /// <summary>True where all is put right; what was put right is counted again.</summary>
    private async Task<bool> TryRepairAsync(UserId user, Month month, MonthLedger ledger, IReadOnlyList<Drift> drifts, CancellationToken cancellation)
    {
        var partition = user.MonthPartition(month);
        var now = clock.GetUtcNow();
        var transaction = new EntityGroupTransaction(partition);
        var counted = drifts.FirstOrDefault(drift => drift.Stored.Key == MonthRows.LedgerKey)?.Counted ?? ledger.Totals;
        transaction.Write((ledger with { Totals = counted }).Write(partition), ledger.ETag);
        // The ledger's own among the first: it is put right with any of them.
        var repaired = drifts.OrderBy(drift => drift.Stored.Key == MonthRows.LedgerKey ? 0 : 1).Take(MostRepairs).ToArray();
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
        // Where the answer was lost, the repairs tell whether they were made.
        if (
            outcome != TransactionOutcome.Committed
            && (outcome != TransactionOutcome.Unknown || (await table.FindTotalsAsync(user, month, lastRepair, cancellation)).ETag is null)
        )
        {
            return false;
        }
        foreach (var drift in repaired)
        {
            var off = drift.Counted - drift.Stored.Totals;
            Log.Repaired(logger, month, drift.Stored.Key.Split('_')[0], off.Requests, off.Cost.ToString());
        }
        metrics.Drifts(repaired.Length);
        // What is spent may have reached a threshold by that.
        await changed.NoteAsync(user, month, cancellation);
        return repaired.Length == drifts.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Error,
            "Drift in a user's {Month}: a {Kind} row was off by {Requests} requests and {CostPicoUsd} pico-dollars, and was put right"
        )]
        public static partial void Repaired(ILogger logger, Month month, string kind, long requests, string costPicoUsd);
    }
}
