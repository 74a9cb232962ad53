using MyCoach.Auth;
using MyCoach.Months;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>Carries a change of the settings into the ledger, where admissions meet it.</summary>
internal sealed class BudgetChange(
    UsageTable table,
    RecentMonths recent,
    ChangedMonthsTable changed,
    PartitionLocks locks,
    AlertOutbox outbox,
    TimeProvider clock
)
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
        recent.Take(partition);
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var ledger = await table.FindLedgerAsync(user, month, cancellation);
            if (ledger?.SettingsVersion >= settings.Version)
            {
                return;
            }
            var alerts = ledger is null ? [] : await table.ListAlertsAsync(user, month, cancellation);
            var (next, unrecorded) = Change(ledger, settings, alerts);
            var transaction = new EntityGroupTransaction(partition);
            transaction.Write(next.Write(partition), ledger?.ETag);
            unrecorded.ForEach(alert => transaction.Insert(alert.Write(partition)));
            if (await table.SubmitAsync(user, transaction, cancellation) == TransactionOutcome.Committed)
            {
                outbox.Hasten(user, month);
                return;
            }
        }
    }

    // What the old budget's thresholds have to tell is told before it goes. Of the new ones, those that the spend has reached are recorded silently: nothing
    // was crossed, and only the others are armed.
    private (Ledger Next, List<Alert> Unrecorded) Change(Ledger? old, UserSettings settings, IReadOnlyList<Alert> alerts)
    {
        var now = clock.GetUtcNow();
        var recorded = alerts.ToLookup(alert => alert.BudgetCents, alert => alert.Percent);
        var crossed = old is null ? [] : Unrecorded(old with { Recorded = RecordedUnder(old.BudgetCents) }, isSilent: false);
        var next = (old ?? Ledger.New(settings)).With(settings, RecordedUnder(settings.MonthlyBudgetCents));
        var reached = Unrecorded(next, isSilent: true);
        next = next with { Recorded = [.. next.Recorded!.Union(reached.Select(alert => alert.Percent))] };
        return (next, [.. crossed.Concat(reached).DistinctBy(alert => alert.RowKey)]);

        Alert[] Unrecorded(Ledger ledger, bool isSilent) =>
            [.. new BudgetStanding(ledger).Unrecorded.Select(percent => Alert.New(ledger, percent, now, isSilent))];

        IReadOnlyList<int> RecordedUnder(long? budgetCents) => budgetCents is { } cents ? [.. recorded[cents]] : [];
    }
}
