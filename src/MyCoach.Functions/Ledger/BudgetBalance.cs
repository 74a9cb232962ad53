using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>What a month has used of a budget.</summary>
/// <param name="Reserved">What open calls hold.</param>
/// <param name="IsOfToken">Whether it is the budget of a token; else it is the user's.</param>
internal sealed record BudgetBalance(PicoUsd Budget, PicoUsd Spent, PicoUsd Reserved, bool IsOfToken)
{
    public PicoUsd Available => Budget - Spent - Reserved;

    /// <summary>Null if the month has no budget.</summary>
    public static BudgetBalance? Of(MonthLedger ledger) =>
        ledger.Budget is { } budget ? new(budget, ledger.Spent, ledger.Reserved, IsOfToken: false) : null;

    public static BudgetBalance OfToken(long cents, TotalsRow month) =>
        // Never less than nothing: a row that an older version rewrote lacks what its calls hold.
        new(PicoUsd.OfCents(cents), month.Totals.Cost, PicoUsd.Max(PicoUsd.Zero, month.Reserved), IsOfToken: true);
}
