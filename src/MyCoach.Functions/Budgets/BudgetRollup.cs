using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>Holds the spend of every user-month that changed against its budget, and records each threshold that it reached. Safe to run twice at once.</summary>
internal sealed partial class BudgetRollup(
    ChangedMonthsTable changed,
    UsageTable table,
    SettingsTable settings,
    BudgetChange budget,
    TimeProvider clock,
    ILogger<BudgetRollup> logger
)
{
    public const string Name = "BudgetRollup";
    public const string Schedule = "0 */5 * * * *";

    public async Task RunAsync(CancellationToken cancellation)
    {
        var (visited, failed, alerts) = (0, 0, 0);
        await foreach (var month in changed.ListAsync(cancellation))
        {
            try
            {
                alerts += await VisitAsync(month, cancellation);
                await changed.ForgetAsync(month, cancellation);
                visited++;
            }
            // One month that cannot be read must not keep the others from being visited; its note stays.
            catch (Exception fault) when (fault is not OperationCanceledException && !StorageFaults.IsUnavailable(fault))
            {
                Log.MonthFailed(logger, fault, month.Month);
                failed++;
            }
        }
        Log.Done(logger, visited, failed, alerts);
    }

    private async Task<int> VisitAsync(ChangedMonth month, CancellationToken cancellation)
    {
        if (month.Month.End > clock.GetUtcNow() && await settings.GetAsync(month.User, cancellation) is { Version: > 0 } wanted)
        {
            // A change of settings that was cut off before it reached the ledger.
            await budget.ApplyAsync(month.User, month.Month, wanted, cancellation);
        }
        if (await table.FindLedgerAsync(month.User, month.Month, cancellation) is not { } ledger)
        {
            return 0;
        }
        var recorded = 0;
        foreach (var percent in new BudgetStanding(ledger).Reached)
        {
            var alert = new Alert(ledger.BudgetCents!.Value, percent, clock.GetUtcNow(), IsSilent: false);
            var written = await table.TryWriteAsync(alert.Write(month.User.MonthPartition(month.Month)), read: null, cancellation);
            recorded += written is null ? 0 : 1;
        }
        return recorded;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Rolled up {Months} changed months ({Failed} failed), with {Alerts} new alerts")]
        public static partial void Done(ILogger logger, int months, int failed, int alerts);

        [LoggerMessage(LogLevel.Error, "A user's {Month} could not be rolled up; it is tried again at the next run")]
        public static partial void MonthFailed(ILogger logger, Exception fault, Month month);
    }
}
