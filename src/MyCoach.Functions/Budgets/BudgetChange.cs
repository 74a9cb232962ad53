using MyCoach.Auth;
using MyCoach.Months;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>Carries a change of the settings into the ledger, where admissions meet it.</summary>
internal sealed class BudgetChange(MonthQueue months, ChangedMonthsTable changed, TimeProvider clock)
{
    // Events may be stated this far ahead, and instances' clocks may differ: the ledger of a month about to begin can exist already.
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    private IEnumerable<Month> Open => new[] { Month.Of(clock.GetUtcNow()), Month.Of(clock.GetUtcNow() + Ahead) }.Distinct();

    /// <summary>Notes the months for the roll-up before the settings change, so that it carries on what is cut off between settings and ledger.</summary>
    public async Task AnnounceAsync(UserId user, CancellationToken cancellation)
    {
        foreach (var month in Open)
        {
            await changed.NoteAsync(user, month, cancellation);
        }
    }

    public async Task ApplyAsync(UserId user, UserSettings settings, CancellationToken cancellation)
    {
        foreach (var month in Open)
        {
            await ApplyAsync(user, month, settings, cancellation);
        }
    }

    /// <summary>
    /// Puts the settings in force in a month, unless later ones are already. The ledger is made where there is none: an event that is just creating it may
    /// have read the settings before they changed, and must lose that race.
    /// </summary>
    public Task ApplyAsync(UserId user, Month month, UserSettings settings, CancellationToken cancellation) =>
        months.RunAsync([new SettingsInForce(user, month, settings)], cancellation);

    /// <summary>Only brings the settings along; they come into force as with every change that does.</summary>
    private sealed class SettingsInForce(UserId user, Month month, UserSettings settings) : MonthChange(user, month)
    {
        public override IEnumerable<string> OwnRows => [];

        public override string? CommitRow => null;

        public override UserSettings? Settings => settings;

        public override void Apply(MonthDraft draft) => draft.MakeIfMissing();

        public override Task ExamineAsync(UsageTable table, string commitId) => Task.CompletedTask;
    }
}
