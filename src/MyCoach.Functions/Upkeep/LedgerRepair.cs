using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Corrects the totals rows of a user-month that are not the sums of their events. It stores each difference in a
/// repair row and reports it. A difference means a bug or a manual change in the tables.
/// </summary>
internal sealed partial class LedgerRepair(
    MonthTable table,
    ChangedMonthsTable changed,
    UpkeepMetrics metrics,
    TimeProvider clock,
    ILogger<LedgerRepair> logger
)
{
    // Each takes two rows of the transaction, which also contains the ledger.
    private const int MaxRepairs = 40;

    /// <summary>
    /// Corrects the rows that differ. True if all of them are corrected; otherwise the month is counted again.
    /// </summary>
    public async Task<bool> TryRunAsync(
        UserId user,
        Month month,
        MonthLedger ledger,
        IReadOnlyList<Drift> drifts,
        CancellationToken cancellation
    )
    {
        var partition = user.MonthPartition(month);
        var now = clock.GetUtcNow();
        var transaction = new EntityGroupTransaction(partition);
        var counted = drifts.FirstOrDefault(drift => drift.IsLedger)?.Counted ?? ledger.Totals;
        transaction.Write((ledger with { Totals = counted }).Write(partition), ledger.ETag);
        // The ledger's repair row comes first, because every repair transaction corrects the ledger.
        var repaired = drifts.OrderBy(drift => drift.IsLedger ? 0 : 1).Take(MaxRepairs).ToArray();
        var lastRepair = "";
        foreach (var drift in repaired)
        {
            var repair = MonthRows.WriteRepair(partition, drift, now);
            transaction.Insert(repair);
            lastRepair = repair.RowKey;
            if (!drift.IsLedger)
            {
                transaction.Write(drift.Corrected.Write(partition), drift.Stored.ETag);
            }
        }
        var outcome = await table.SubmitAsync(user, transaction, cancellation);
        // If the response was lost, the repair rows show whether the transaction committed.
        if (
            outcome != TransactionOutcome.Committed
            && (
                outcome != TransactionOutcome.Unknown
                || (await table.FindTotalsAsync(user, month, lastRepair, cancellation)).ETag is null
            )
        )
        {
            return false;
        }
        foreach (var drift in repaired)
        {
            var difference = drift.Difference;
            Log.Repaired(
                logger,
                month,
                drift.Stored.Key.Split('_')[0],
                difference.Requests,
                difference.Cost.ToString(),
                drift.HeldDifference.ToString()
            );
        }
        metrics.Drifts(repaired.Length);
        // The corrected spend may have reached a threshold, so the month must be visited.
        await changed.NoteAsync(user, month, cancellation);
        return repaired.Length == drifts.Count;
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Error,
            "Drift in a user's {Month}: corrected a {Kind} row by {Requests} requests, {CostPicoUsd} pico-dollars spent and {HeldPicoUsd} held"
        )]
        public static partial void Repaired(
            ILogger logger,
            Month month,
            string kind,
            long requests,
            string costPicoUsd,
            string heldPicoUsd
        );
    }
}
