using System.Text;
using MyCoach.Bounds;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Gateway;

/// <summary>Reserves the upper bound or the probable cost of a call against the budgets of its user and token.</summary>
internal sealed class BudgetAdmission(BudgetGate gate, FreeBetas free, EarlierAnswers earlier)
{
    public const string OutputLimitHeader = "X-MyCoach-Output-Limit";
    public const string ToolLimitHeader = "X-MyCoach-Tool-Limit";

    public async ValueTask<Refusal?> FindBudgetAsync(CallRequest request)
    {
        request.Budget = request.Operation.IsMetered
            ? await gate.FindBudgetAsync(request.User, request.Token, request.Cancellation)
            : null;
        return null;
    }

    /// <summary>
    /// Under a strict budget, caps tool uses if the request leaves them open, and lowers the output limit if the request
    /// leaves it open and the budget does not cover the model's own.
    /// </summary>
    public async ValueTask<Refusal?> ReserveAsync(CallRequest request)
    {
        if (request.Budget is not { } budget)
        {
            return null;
        }
        await earlier.FindAsync(request);
        var factors = request.Body!.Factors with { Region = ProviderRegion.Of(request.Address!) };
        if (factors.Model is null)
        {
            return Refusal.Invalid("The body must name its model.");
        }
        if (factors.MalformedInteger is { } member)
        {
            return Refusal.Invalid(
                $"{member} must be a whole number of at least 0: your budget has to know how much it allows."
            );
        }
        var (bound, fault) = new BoundRules(request.Prices, free).Of(request.Provider, factors, request.BeganAt);
        if (fault is { IsUnpriced: true })
        {
            if (!budget.AllowUnpricedModels)
            {
                return BudgetRefusals.ModelUnpriced(factors.Model);
            }
            bound = BoundRules.Unpriced(factors);
        }
        if (bound is null && budget.BudgetMode == BudgetMode.Strict)
        {
            return BudgetRefusals.CostUnbounded(fault!.What!);
        }
        var inputTokens = request.Body!.InputEstimate + (factors.EarlierTokens ?? 0);
        var probable = new ProbableCost(request.Prices).Of(request.Provider, factors, inputTokens, request.BeganAt);
        var cost = new CallCost(bound, probable);
        var (held, refusal) = await gate.ReserveAsync(
            request.User,
            EventBefore(request, factors.Model),
            cost,
            new CallBudgets(budget.Budget, request.Token?.MonthlyBudgetCents)
        );
        request.Reservation = held;
        return refusal switch
        {
            null => null,
            // Another instance has just made the budget strict.
            { Bound: null } => BudgetRefusals.CostUnbounded(fault!.What!),
            { Bound: { } refused } => BudgetRefusals.BudgetExceeded(
                refusal,
                refused,
                Month.Of(request.BeganAt),
                factors
            ),
        };
    }

    private static UsageEvent EventBefore(CallRequest request, string model) =>
        new(
            request.Id,
            request.Provider,
            Encoding.UTF8.GetByteCount(model) <= ModelIds.MaxBytes ? model : CallEventFactory.UnknownModel,
            default,
            request.ConversationId,
            request.AgentId,
            request.BeganAt,
            Receipt: null
        )
        {
            Metadata = request.Metadata!,
            TokenId = request.Token?.Id,
            KeyId = request.Key!.KeyId,
        };
}
