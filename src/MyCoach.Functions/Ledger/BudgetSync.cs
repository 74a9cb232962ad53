using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Applies changed budget settings to the ledgers, which admit calls by them.</summary>
internal sealed class BudgetSync(MonthQueue months, ChangedMonthsTable changed, TimeProvider clock)
{
    // Events may be dated this far ahead and clocks differ, so the ledger of the next month may already exist.
    private static readonly TimeSpan MaxClockLead = TimeSpan.FromMinutes(10);

    private IEnumerable<Month> OpenMonths => new[] { Month.Of(clock.GetUtcNow()), Month.Of(clock.GetUtcNow() + MaxClockLead) }.Distinct();

    /// <summary>
    /// Call this before the settings change. It notes the months for the roll-up, which completes the change if a crash stops it before the ledger.
    /// </summary>
    public async Task NoteMonthsAsync(UserId user, CancellationToken cancellation)
    {
        foreach (var month in OpenMonths)
        {
            await changed.NoteAsync(user, month, cancellation);
        }
    }

    public async Task ApplyAsync(UserId user, BudgetTerms terms, CancellationToken cancellation)
    {
        foreach (var month in OpenMonths)
        {
            await ApplyAsync(user, month, terms, cancellation);
        }
    }

    /// <summary>
    /// Applies the terms to a month's ledger, unless it already has later ones. Creates a missing ledger: an event that creates it at the same time
    /// may have read the old settings, and must lose the race.
    /// </summary>
    public Task ApplyAsync(UserId user, Month month, BudgetTerms terms, CancellationToken cancellation) =>
        months.RunAsync([new ApplyBudget(user, month, terms)], cancellation);
}
