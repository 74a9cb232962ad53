using MyCoach.Bounds;
using MyCoach.Catalogue;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Reserves a call's upper bound in its month, if spent + reserved + bound is within the budget.</summary>
/// <param name="call">What is known of the call before it is sent.</param>
/// <param name="terms">The budget terms that the admission has read. If they are later than the ledger's, they take
/// effect first.</param>
/// <param name="recordsRefusal">Whether a refusal is recorded in the ledger. False if the caller tries again after a
/// refusal.</param>
internal sealed class ReserveCall(UserId user, UsageEvent call, CostBound bound, BudgetTerms terms, bool recordsRefusal)
    : MonthChange(user, call.Month)
{
    /// <summary>Null if the call is refused, and if the month has no budget.</summary>
    public Reservation? Reserved { get; private set; }

    public BudgetRefusal? Refusal { get; private set; }

    public override IEnumerable<string> ExclusiveRows => [Reservation.KeyOf(call.CallerId)];

    public override string? CommitRow => Reservation.KeyOf(call.CallerId);

    public override BudgetTerms? Terms => terms;

    public override bool NeedsBudget => true;

    public override void Apply(MonthDraft draft)
    {
        (Reserved, Refusal) = (null, null);
        var ledger = draft.Ledger;
        if (ledger.Budget is not { } budget)
        {
            return;
        }
        if (bound.Within(budget - ledger.Spent - ledger.Reserved) is not { } covered)
        {
            Refusal = new BudgetRefusal(ledger, bound);
            if (recordsRefusal)
            {
                draft.RecordRefusal();
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
