using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Carries a change of the settings into the ledger, where admissions meet it.</summary>
internal sealed class BudgetSync(MonthQueue months, ChangedMonthsTable changed, TimeProvider clock)
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

    public async Task ApplyAsync(UserId user, BudgetTerms terms, CancellationToken cancellation)
    {
        foreach (var month in Open)
        {
            await ApplyAsync(user, month, terms, cancellation);
        }
    }

    /// <summary>
    /// Puts the settings in force in a month, unless later ones are already. The ledger is made where there is none: an event that is just creating it may
    /// have read the settings before they changed, and must lose that race.
    /// </summary>
    public Task ApplyAsync(UserId user, Month month, BudgetTerms terms, CancellationToken cancellation) =>
        months.RunAsync([new ApplyBudget(user, month, terms)], cancellation);
}
