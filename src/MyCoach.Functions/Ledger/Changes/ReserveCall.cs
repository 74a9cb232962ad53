using MyCoach.Bounds;
using MyCoach.Catalogue;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Reserves a call in its month if the budget allows it. Strict: its upper bound, if spent + reserved + bound is within
/// the budget. Flexible: its probable cost, if spent + reserved is below the budget.
/// </summary>
/// <param name="call">What is known of the call before it is sent.</param>
/// <param name="terms">The budget terms that the admission has read. If they are later than the ledger's, they take
/// effect first.</param>
/// <param name="mayWait">Whether the caller waits and tries again if only what other calls hold is in the way. Such a
/// refusal is not recorded in the ledger.</param>
internal sealed class ReserveCall(UserId user, UsageEvent call, CallCost cost, BudgetTerms terms, bool mayWait)
    : MonthChange(user, call.Month)
{
    /// <summary>Null if the call is refused, and if the month has no budget.</summary>
    public Reservation? Reserved { get; private set; }

    public BudgetRefusal? Refusal { get; private set; }

    /// <summary>Whether the caller waits for what other calls hold.</summary>
    public bool Waits => mayWait && Refusal is { IsOnlyHeld: true };

    public override IEnumerable<string> ExclusiveRows => [Reservation.KeyOf(call.CallerId)];

    public override string? CommitRow => Reservation.KeyOf(call.CallerId);

    public override BudgetTerms? Terms => terms;

    public override bool NeedsBudget => true;

    public override void Apply(MonthDraft draft)
    {
        (Reserved, Refusal) = (null, null);
        var ledger = draft.Ledger;
        if (ledger.Budget is null)
        {
            return;
        }
        var bound = ledger.Mode == BudgetMode.Strict ? cost.Upper : cost.Probable;
        if (bound is null)
        {
            Refusal = new BudgetRefusal(ledger, Bound: null);
            return;
        }
        if (BudgetRefusal.Covered(bound, ledger) is not { } covered)
        {
            bound = bound.WithFewestUses;
            Refusal = new BudgetRefusal(ledger, bound);
            if (!Waits)
            {
                draft.RecordRefusal(new LastRefusal(draft.Now, bound.Amount, call.Model));
            }
            return;
        }
        Reserved = Reservation.Of(call, covered, draft.Now);
        draft.Insert(Reserved);
        // A call without cost is always admitted, so it does not clear an earlier refusal.
        draft.Ledger = ledger.Reserve(Reserved.Amount) with
        {
            HasRefused = ledger.HasRefused && Reserved.Amount == PicoUsd.Zero,
        };
    }

    public override async Task CommitAsync(MonthTable table, bool isFirst)
    {
        if (!isFirst && Reserved is null)
        {
            // An earlier attempt may have landed late, and its reservation may be the reason why this attempt was
            // refused.
            await ResolveAsync(table, "");
        }
        Complete();
    }

    // Each attempt decides again whether and how much to reserve. Only the stored row shows which attempt has
    // committed.
    public override async Task ResolveAsync(MonthTable table, string commitId)
    {
        if (await table.FindReservationAsync(User, Month, call.CallerId, CancellationToken.None) is { } stored)
        {
            (Reserved, Refusal) = (stored, null);
            Complete();
        }
    }
}
