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
            if (await table.TryWriteAsync(changed.Write(user.MonthPartition(month)), ledger?.ETag, cancellation) is not null)
            {
                return;
            }
        }
    }
}
