using MyCoach.Auth;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>Carries a change of the settings into the ledger, where admissions meet it.</summary>
internal sealed class BudgetChange(UsageTable table, PartitionLocks locks, TimeProvider clock)
{
    // Events may be stated this far ahead, and instances' clocks may differ: the ledger of a month about to begin can exist already.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    public async Task ApplyAsync(UserId user, UserSettings settings, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        foreach (var month in new[] { Month.Of(now), Month.Of(now + Ahead) }.Distinct())
        {
            await ApplyAsync(user, month, settings, cancellation);
        }
    }

    // The ledger is made where there is none: an event that is just creating it may have read the settings before they changed, and must lose that race.
    private async Task ApplyAsync(UserId user, Month month, UserSettings settings, CancellationToken cancellation)
    {
        using var entered = await locks.EnterAsync(user.MonthPartition(month), cancellation);
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var ledger = await table.FindLedgerAsync(user, month, cancellation);
            if (ledger?.SettingsVersion >= settings.Version)
            {
                return;
            }
            var changed = ledger?.With(settings) ?? Ledger.New(settings);
            var transaction = new EntityGroupTransaction(user.MonthPartition(month));
            transaction.Write(changed.Write(user.MonthPartition(month)), ledger?.ETag);
            foreach (var alert in await AlreadyReachedAsync(user, month, changed, cancellation))
            {
                transaction.Insert(alert.Write(user.MonthPartition(month)));
            }
            if (await table.SubmitAsync(transaction, cancellation) == TransactionOutcome.Committed)
            {
                return;
            }
        }
    }

    // A new budget arms the thresholds that the spend has still to reach under it; the others are recorded as reached, silently.
    private async Task<IEnumerable<Alert>> AlreadyReachedAsync(UserId user, Month month, Ledger ledger, CancellationToken cancellation)
    {
        var reached = new BudgetStanding(ledger)
            .Reached.Select(percent => new Alert(ledger.BudgetCents!.Value, percent, clock.GetUtcNow(), IsSilent: true))
            .ToArray();
        if (reached.Length == 0)
        {
            return [];
        }
        var recorded = (await table.ListAlertsAsync(user, month, cancellation)).Select(alert => alert.RowKey).ToHashSet(StringComparer.Ordinal);
        return reached.Where(alert => !recorded.Contains(alert.RowKey));
    }
}
