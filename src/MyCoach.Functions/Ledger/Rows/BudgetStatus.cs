using MyCoach.Catalogue;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>Compares a ledger's spend with its budget.</summary>
internal sealed class BudgetStatus(MonthLedger ledger)
{
    private readonly PicoUsd? budget = ledger.Budget;

    public PicoUsd? Remaining =>
        budget is { } limit ? PicoUsd.Max(PicoUsd.Zero, limit - ledger.Spent - ledger.Reserved) : null;

    /// <summary>
    /// Rounded down to two decimals, so that it never shows a threshold before it is reached; 100 for a budget of 0.
    /// </summary>
    public decimal? UsedPercent =>
        budget is not { } limit ? null
        : limit == PicoUsd.Zero ? 100
        : decimal.Floor(ledger.Spent.Usd / limit.Usd * 10_000) / 100;

    public string Status =>
        budget is not { } limit ? "none"
        : ledger.Spent >= limit || ledger.HasRefused ? "exceeded"
        : Reached.Any(percent => percent < 100) ? "warning"
        : "ok";

    /// <summary>
    /// The thresholds, in percent of the budget, that the spend has reached. None while nothing is spent, even with a
    /// budget of 0.
    /// </summary>
    public IEnumerable<int> Reached =>
        budget is { } limit && ledger.Spent > PicoUsd.Zero
            ? ledger.Thresholds.Where(percent => ledger.Spent * 100 >= limit * percent)
            : [];

    /// <summary>
    /// The reached thresholds that are not recorded yet. A refusal when hardly anything is left counts as reaching 100
    /// percent.
    /// </summary>
    public IEnumerable<int> Unrecorded =>
        budget is null
            ? []
            : Reached
                .Union(ledger.HasRefused ? ledger.Thresholds.Where(percent => percent == 100) : [])
                .Except(ledger.Recorded ?? []);

    /// <summary>
    /// The whole month's spend in US dollars at the rate so far; null in the first 24 hours, when it would mean little.
    /// </summary>
    public static decimal? Project(PicoUsd spent, Month month, DateTimeOffset now)
    {
        var elapsed = (now < month.End ? now : month.End) - month.Start;
        return elapsed < TimeSpan.FromHours(24)
            ? null
            : decimal.Round(spent.Usd * (month.End - month.Start).Ticks / elapsed.Ticks, 12);
    }
}
