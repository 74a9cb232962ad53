using MyCoach.Auth;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>Holds the spend of a user-month against its budget, and records each threshold that it reached.</summary>
internal sealed class BudgetVisit(UsageTable table, SettingsTable settings, BudgetChange budget, RollupMetrics metrics, TimeProvider clock)
{
    public async Task<bool> RunAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var ledger = await table.FindLedgerAsync(user, month, cancellation);
        if (
            month.End > clock.GetUtcNow()
            && await settings.GetAsync(user, cancellation) is var wanted
            && wanted.Version > (ledger?.SettingsVersion ?? 0)
        )
        {
            // A change of settings that was cut off before it reached the ledger.
            await budget.ApplyAsync(user, month, wanted, cancellation);
            ledger = await table.FindLedgerAsync(user, month, cancellation);
        }
        if (ledger is null)
        {
            return true;
        }
        foreach (var percent in new BudgetStanding(ledger).Reached)
        {
            var alert = new Alert(ledger.BudgetCents!.Value, percent, clock.GetUtcNow(), IsSilent: false);
            var written = await table.TryWriteAsync(user, alert.Write(user.MonthPartition(month)), read: null, cancellation);
            metrics.Alerts(written is null ? 0 : 1);
        }
        return true;
    }
}
