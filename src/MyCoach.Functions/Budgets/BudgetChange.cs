using MyCoach.Auth;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>Carries a change of the settings into the ledger, where admissions meet it.</summary>
internal sealed class BudgetChange(UsageTable table, ChangedMonthsTable changed, PartitionLocks locks, TimeProvider clock)
{
    // Events may be stated this far ahead, and instances' clocks may differ: the ledger of a month about to begin can exist already.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    private IEnumerable<Month> Months => new[] { Month.Of(clock.GetUtcNow()), Month.Of(clock.GetUtcNow() + Ahead) }.Distinct();

    /// <summary>Notes the months for the roll-up before the settings change, so that it carries on what is cut off between settings and ledger.</summary>
    public async Task AnnounceAsync(UserId user, CancellationToken cancellation)
    {
        foreach (var month in Months)
        {
            await changed.NoteAsync(user, month, cancellation);
        }
    }

    public async Task ApplyAsync(UserId user, UserSettings settings, CancellationToken cancellation)
    {
        foreach (var month in Months)
        {
            await ApplyAsync(user, month, settings, cancellation);
        }
    }

    /// <summary>
    /// Puts the settings in force in a month, unless later ones are already. The ledger is made where there is none: an event that is just creating it may
    /// have read the settings before they changed, and must lose that race.
    /// </summary>
    public async Task ApplyAsync(UserId user, Month month, UserSettings settings, CancellationToken cancellation)
    {
        var partition = user.MonthPartition(month);
        using var entered = await locks.EnterAsync(partition, cancellation);
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var ledger = await table.FindLedgerAsync(user, month, cancellation);
            if (ledger?.SettingsVersion >= settings.Version)
            {
                return;
            }
            var next = ledger?.With(settings) ?? Ledger.New(settings);
            var transaction = new EntityGroupTransaction(partition);
            transaction.Write(next.Write(partition), ledger?.ETag);
            foreach (var alert in await UnrecordedAsync(user, month, ledger, next, cancellation))
            {
                transaction.Insert(alert.Write(partition));
            }
            if (await table.SubmitAsync(user, transaction, cancellation) == TransactionOutcome.Committed)
            {
                return;
            }
        }
    }

    // What the old budget's thresholds have to tell is told before it goes. Of the new ones, those that the spend has reached are recorded silently: nothing
    // was crossed, and only the others are armed.
    private async Task<IEnumerable<Alert>> UnrecordedAsync(UserId user, Month month, Ledger? old, Ledger next, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var reached = ReachedIn(old, isSilent: false).Concat(ReachedIn(next, isSilent: true)).DistinctBy(alert => alert.RowKey).ToArray();
        if (reached.Length == 0)
        {
            return [];
        }
        var recorded = (await table.ListAlertsAsync(user, month, cancellation)).Select(alert => alert.RowKey).ToHashSet(StringComparer.Ordinal);
        return reached.Where(alert => !recorded.Contains(alert.RowKey));

        IEnumerable<Alert> ReachedIn(Ledger? ledger, bool isSilent) =>
            ledger is null ? [] : new BudgetStanding(ledger).Reached.Select(percent => new Alert(ledger.BudgetCents!.Value, percent, now, isSilent));
    }
}
