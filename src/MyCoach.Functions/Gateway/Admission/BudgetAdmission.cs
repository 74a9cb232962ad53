using System.Text;
using MyCoach.Bounds;
using MyCoach.Budgets;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>Holds a call against its user's budget before it goes to its provider.</summary>
internal sealed class BudgetAdmission(BudgetGate gate, BoundRules rules)
{
    public const string OutputLimitHeader = "X-MyCoach-Output-Limit";

    /// <summary>Null where the user has no budget, or the call costs nothing.</summary>
    public Task<UserSettings?> FindBudgetAsync(UserId user, Operation operation, CancellationToken cancellation) =>
        operation.IsMetered ? gate.FindBudgetAsync(user, cancellation) : Task.FromResult<UserSettings?>(null);

    /// <summary>Reserves what the call can cost at most, which can mean a limit on its output where that is open. Null where it may go on.</summary>
    public async Task<Refusal?> AdmitAsync(GatewayCall call, UserSettings budget)
    {
        var (provider, demand) = (call.Operation.Provider, call.Body!.Demand!);
        if (demand.Model is null)
        {
            return Refusal.Invalid("The body must name its model.");
        }
        if (demand.NoCount is { } member)
        {
            return Refusal.Invalid($"{member} must be a whole number of at least 0: your budget has to know how much it allows.");
        }
        var (bound, fault) = rules.Of(provider, demand, call.BeganAt);
        if (fault is { IsUnpriced: true })
        {
            if (!budget.AllowUnpricedModels)
            {
                return Refusal.ModelUnpriced(demand.Model);
            }
            bound = BoundRules.Unpriced(demand);
        }
        if (bound is null)
        {
            return Refusal.CostUnbounded(fault!.What!);
        }
        var model = Encoding.UTF8.GetByteCount(demand.Model) <= CallSettlement.MostModelBytes ? demand.Model : CallSettlement.UnknownModel;
        var before = new UsageEvent(call.Id, provider, model, default, call.ConversationId, call.AgentId, call.BeganAt, Receipt: null);
        var (held, refusal) = await gate.ReserveAsync(call.User, before, bound, budget);
        if (refusal is not null)
        {
            return Refusal.BudgetExceeded(refusal, Month.Of(call.BeganAt), demand);
        }
        call.Held = held;
        return null;
    }
}
