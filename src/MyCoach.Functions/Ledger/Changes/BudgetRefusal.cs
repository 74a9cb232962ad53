using MyCoach.Bounds;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>Why a budget does not cover a call.</summary>
/// <param name="Bound">The upper bound of the call's cost.</param>
internal sealed record BudgetRefusal(MonthLedger Ledger, CostBound Bound)
{
    public PicoUsd Available => Ledger.Budget!.Value - Ledger.Spent - Ledger.Reserved;
}
