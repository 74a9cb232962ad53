using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>Holds the spend of every user-month that changed against its budget, and records each threshold that it reached. Safe to run twice at once.</summary>
internal sealed partial class BudgetRollup(ChangedMonthsTable changed, UsageTable table, TimeProvider clock, ILogger<BudgetRollup> logger)
{
    public const string Name = "BudgetRollup";
    public const string Schedule = "0 */5 * * * *";

    public async Task RunAsync(CancellationToken cancellation)
    {
        var (visited, alerts) = (0, 0);
        await foreach (var month in changed.ListAsync(cancellation))
        {
            alerts += await VisitAsync(month, cancellation);
            await changed.ForgetAsync(month, cancellation);
            visited++;
        }
        Log.Done(logger, visited, alerts);
    }

    private async Task<int> VisitAsync(ChangedMonth month, CancellationToken cancellation)
    {
        if (await table.FindLedgerAsync(month.User, month.Month, cancellation) is not { } ledger)
        {
            return 0;
        }
        var recorded = 0;
        foreach (var percent in new BudgetStanding(ledger).Reached)
        {
            var alert = new Alert(ledger.BudgetCents!.Value, percent, clock.GetUtcNow(), IsSilent: false);
            recorded += await table.TryWriteAsync(alert.Write(month.User.MonthPartition(month.Month)), read: null, cancellation) is null ? 0 : 1;
        }
        return recorded;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Rolled up {Months} changed months, with {Alerts} new alerts")]
        public static partial void Done(ILogger logger, int months, int alerts);
    }
}
