using MyCoach.Auth;
using MyCoach.Catalogue;
using MyCoach.Months;
using MyCoach.Settings;
using MyCoach.Usage;

namespace MyCoach.Budgets;

/// <summary>Why a budget does not cover a call.</summary>
/// <param name="Bound">What the call can cost at most.</param>
internal sealed record BudgetRefusal(Ledger Ledger, CallBound Bound)
{
    public PicoUsd Available => Ledger.Budget!.Value - Ledger.Spent - Ledger.Reserved;
}

/// <summary>Admits a call to its month: at that moment spent + reserved + the call's bound is within the budget.</summary>
/// <param name="call">What is known of the call before it is made.</param>
/// <param name="known">The settings that the caller's budget was found in; a month whose ledger does not have them yet gets them first.</param>
/// <param name="isMeant">Whether a refusal is one; else it only asks.</param>
internal sealed class Reserving(UserId user, UsageEvent call, CallBound bound, UserSettings known, bool isMeant) : MonthChange(user, call.Month)
{
    /// <summary>Null where the call is refused, and where the month has no budget.</summary>
    public Reservation? Reserved { get; private set; }

    public BudgetRefusal? Refusal { get; private set; }

    public override IEnumerable<string> OwnRows => [Reservation.KeyOf(call.CallerId)];

    public override string? CommitRow => Reservation.KeyOf(call.CallerId);

    public override UserSettings? Settings => known;

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
        Reserved = new Reservation(covered.WorstOf(call), covered.OutputLimitToSet, draft.Now + Reservation.Lease);
        draft.Insert(Reserved);
        // What costs nothing tells nothing of the budget.
        draft.Ledger = ledger.Hold(Reserved.Amount) with
        {
            HasRefused = ledger.HasRefused && Reserved.Amount == PicoUsd.Zero,
        };
    }

    public override async Task CommitAsync(UsageTable table, bool isFirst)
    {
        // An earlier attempt may have landed late, and have left this one no room.
        await (isFirst || Reserved is not null ? Task.CompletedTask : ExamineAsync(table, ""));
        Complete();
    }

    // Whether it was admitted, and to how much, each attempt decides anew: only the row tells which one it was.
    public override async Task ExamineAsync(UsageTable table, string commitId)
    {
        if (await table.FindReservationAsync(User, Month, call.CallerId, CancellationToken.None) is { } stored)
        {
            (Reserved, Refusal) = (stored, null);
            Complete();
        }
    }
}
