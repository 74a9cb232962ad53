using MyCoach.Bounds;
using MyCoach.Catalogue;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Reserves a call in its month if its budgets allow it. Strict: its upper bound, if spent + reserved + bound is within
/// each budget. Flexible: its probable cost, if spent + reserved is below each budget.
/// </summary>
/// <param name="call">What is known of the call before it is sent.</param>
/// <param name="mayWait">Whether the caller waits and tries again if only what other calls hold is in the way. Such a
/// refusal is not recorded in the ledger.</param>
internal sealed class ReserveCall(UserId user, UsageEvent call, CallCost cost, CallBudgets budgets, bool mayWait)
    : MonthChange(user, call.Month)
{
    /// <summary>Null if the call is refused, and if no budget limits it.</summary>
    public Reservation? Reserved { get; private set; }

    public BudgetRefusal? Refusal { get; private set; }

    /// <summary>Whether the caller waits for what other calls hold.</summary>
    public bool Waits => mayWait && Refusal is { IsOnlyHeld: true };

    public override IEnumerable<string> ExclusiveRows => [Reservation.KeyOf(call.CallerId)];

    public override string? CommitRow => Reservation.KeyOf(call.CallerId);

    public override IEnumerable<string> HeldRows => TokenKey is { } key ? [key] : [];

    public override BudgetTerms? Terms => budgets.Terms;

    public override bool NeedsBudget => true;

    public override void Apply(MonthDraft draft)
    {
        (Reserved, Refusal) = (null, null);
        var ledger = draft.Ledger;
        var ofUser = BudgetBalance.Of(ledger);
        var ofToken = TokenKey is { } key
            ? BudgetBalance.OfToken(budgets.TokenCents!.Value, draft.FindTotals(key))
            : null;
        BudgetBalance[] balances = [.. new[] { ofUser, ofToken }.OfType<BudgetBalance>()];
        if (balances.Length == 0)
        {
            return;
        }
        var bound = ledger.Mode == BudgetMode.Strict ? cost.Upper : cost.Probable;
        if (bound is null)
        {
            Refusal = new BudgetRefusal(balances, ledger.Mode, Bound: null);
            return;
        }
        if (BudgetRefusal.Covered(bound, ledger.Mode, balances) is not { } covered)
        {
            bound = bound.WithFewestUses;
            Refusal = new BudgetRefusal(balances, ledger.Mode, bound);
            // What only the token's budget refuses says nothing about the month's.
            if (!Waits && ofUser is not null && BudgetRefusal.Covered(bound, ledger.Mode, [ofUser]) is null)
            {
                draft.RecordRefusal(new LastRefusal(draft.Now, bound.Amount, call.Model));
            }
            return;
        }
        Reserved = Reservation.Of(call, covered, draft.Now) with { IsOfTokenBudget = ofToken is not null };
        draft.Reserve(Reserved);
        // A call without cost is always admitted, so it does not clear an earlier refusal.
        draft.Ledger = draft.Ledger with
        {
            HasRefused = ledger.HasRefused && Reserved.Amount == PicoUsd.Zero,
        };
    }

    // Null if no budget of a token limits the call.
    private string? TokenKey =>
        budgets.TokenCents is not null && call.TokenId is { } token ? MonthRows.TokenKey(token) : null;

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
