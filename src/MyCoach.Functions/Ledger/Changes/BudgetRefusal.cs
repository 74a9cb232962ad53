using MyCoach.Bounds;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>Why a budget does not cover a call.</summary>
/// <param name="Bound">The least that the call would have held; null if the budget is strict and the call has no upper
/// bound.</param>
internal sealed record BudgetRefusal(MonthLedger Ledger, CostBound? Bound)
{
    /// <summary>Whether the call would pass if no other call held anything.</summary>
    public bool IsOnlyHeld => Bound is not null && Covered(Bound, Ledger with { Reserved = PicoUsd.Zero }) is not null;

    public PicoUsd Available => Ledger.Budget!.Value - Ledger.Spent - Ledger.Reserved;

    /// <summary>
    /// The bound that the ledger's budget covers: this one, or a lower one by a limit that the gateway sets. Null if it
    /// covers none.
    /// </summary>
    public static CostBound? Covered(CostBound bound, MonthLedger ledger)
    {
        var available = ledger.Budget!.Value - ledger.Spent - ledger.Reserved;
        return ledger.Mode == BudgetMode.Strict ? bound.Within(available)
            : available > PicoUsd.Zero || bound.Amount == PicoUsd.Zero ? bound
            : null;
    }
}
