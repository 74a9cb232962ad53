using MyCoach.Auth;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>Holds the spend of a user-month against its budget, and records each threshold that it reached.</summary>
internal sealed class BudgetVisit(UsageTable table, SettingsTable settings, BudgetChange budget, RollupMetrics metrics, TimeProvider clock)
{
    public async Task RunAsync(UserId user, Month month, CancellationToken cancellation)
    {
        if (month.End > clock.GetUtcNow() && await settings.GetAsync(user, cancellation) is { Version: > 0 } wanted)
        {
            // A change of settings that was cut off before it reached the ledger.
            await budget.ApplyAsync(user, month, wanted, cancellation);
        }
        if (await table.FindLedgerAsync(user, month, cancellation) is not { } ledger)
        {
            return;
        }
        foreach (var percent in new BudgetStanding(ledger).Reached)
        {
            var alert = new Alert(ledger.BudgetCents!.Value, percent, clock.GetUtcNow(), IsSilent: false);
            var written = await table.TryWriteAsync(user, alert.Write(user.MonthPartition(month)), read: null, cancellation);
            metrics.Alerts(written is null ? 0 : 1);
        }
    }
}
