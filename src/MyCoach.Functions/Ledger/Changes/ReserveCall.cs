using MyCoach.Bounds;
using MyCoach.Catalogue;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Why a budget does not cover a call.</summary>
/// <param name="Bound">What the call can cost at most.</param>
internal sealed record BudgetRefusal(MonthLedger Ledger, CostBound Bound)
{
    public PicoUsd Available => Ledger.Budget!.Value - Ledger.Spent - Ledger.Reserved;
}

/// <summary>Admits a call to its month: at that moment spent + reserved + the call's bound is within the budget.</summary>
/// <param name="call">What is known of the call before it is made.</param>
/// <param name="terms">The budget the caller was found to have; a ledger with earlier terms takes these first.</param>
/// <param name="isMeant">Whether a refusal is one; else it only asks.</param>
internal sealed class ReserveCall(UserId user, UsageEvent call, CostBound bound, BudgetTerms terms, bool isMeant) : MonthChange(user, call.Month)
{
    /// <summary>Null where the call is refused, and where the month has no budget.</summary>
    public Reservation? Reserved { get; private set; }

    public BudgetRefusal? Refusal { get; private set; }

    public override IEnumerable<string> OwnRows => [Reservation.KeyOf(call.CallerId)];

    public override string? CommitRow => Reservation.KeyOf(call.CallerId);

    public override BudgetTerms? Terms => terms;

    public override bool Asks => true;

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
            if (isMeant)
            {
                draft.Refuse();
            }
            return;
        }
        Reserved = Reservation.Of(call, covered, draft.Now);
        draft.Insert(Reserved);
        // What costs nothing tells nothing of the budget.
        draft.Ledger = ledger.Hold(Reserved.Amount) with
        {
            HasRefused = ledger.HasRefused && Reserved.Amount == PicoUsd.Zero,
        };
    }

    public override async Task CommitAsync(MonthTable table, bool isFirst)
    {
        // An earlier attempt may have landed late, and have left this one no room.
        await (isFirst || Reserved is not null ? Task.CompletedTask : ExamineAsync(table, ""));
        Complete();
    }

    // Whether it was admitted, and to how much, each attempt decides anew: only the row tells which one it was.
    public override async Task ExamineAsync(MonthTable table, string commitId)
    {
        if (await table.FindReservationAsync(User, Month, call.CallerId, CancellationToken.None) is { } stored)
        {
            (Reserved, Refusal) = (stored, null);
            Complete();
        }
    }
}
