using MyCoach.Bounds;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>Why the budgets of a call do not cover it.</summary>
/// <param name="Balances">Of each budget that limits the call; at least one.</param>
/// <param name="Bound">The least that the call would have held; null if the budgets are strict and the call has no upper
/// bound.</param>
internal sealed record BudgetRefusal(IReadOnlyList<BudgetBalance> Balances, BudgetMode Mode, CostBound? Bound)
{
    /// <summary>The budget of which the least is left.</summary>
    public BudgetBalance Tightest => TightestOf(Balances);

    /// <summary>Whether the call would pass if no other call held anything.</summary>
    public bool IsOnlyHeld =>
        Bound is not null
        && Covered(Bound, Mode, [.. Balances.Select(balance => balance with { Reserved = PicoUsd.Zero })]) is not null;

    /// <summary>
    /// The bound that all of these budgets cover: this one, or a lower one by a limit that the gateway sets. Null if
    /// they cover none.
    /// </summary>
    public static CostBound? Covered(CostBound bound, BudgetMode mode, IReadOnlyList<BudgetBalance> balances)
    {
        var available = TightestOf(balances).Available;
        return mode == BudgetMode.Strict ? bound.Within(available)
            : available > PicoUsd.Zero || bound.Amount == PicoUsd.Zero ? bound
            : null;
    }

    private static BudgetBalance TightestOf(IReadOnlyList<BudgetBalance> balances) =>
        balances.Aggregate((least, next) => next.Available < least.Available ? next : least);
}
