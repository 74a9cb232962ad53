using System.Globalization;
using MyCoach.Bounds;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Gateway;

/// <summary>Why a budget does not let a call pass: always 402.</summary>
internal static class BudgetRefusals
{
    private const int MaxNameLength = 500;

    public static Refusal ModelUnpriced(string model) =>
        new(
            StatusCodes.Status402PaymentRequired,
            "model_unpriced",
            $"{Short(model)} has no known price, so it cannot run under a budget. "
                + "Use a model of GET /api/models, or set allowUnpricedModels."
        );

    /// <param name="fields">What in the request has no upper bound.</param>
    public static Refusal CostUnbounded(string fields) =>
        new(
            StatusCodes.Status402PaymentRequired,
            "cost_unbounded",
            $"This call has no maximum cost ({Short(fields)}), so it cannot run under a strict budget. "
                + "Remove it, set a limit, or set budgetMode to flexible, which lets the call pass."
        );

    /// <param name="bound">What the call would have held.</param>
    public static Refusal BudgetExceeded(BudgetRefusal refused, CostBound bound, Month month, CostFactors factors)
    {
        var ledger = refused.Ledger;
        var budget = $"the budget of {Dollars(ledger.Budget!.Value)} for {month}";
        var cost = $"{Dollars(bound.Amount)}{WithUses(bound)}";
        var used = $"{Dollars(ledger.Spent)} spent and {Dollars(ledger.Reserved)} held for calls under way";
        var text =
            refused.Available <= PicoUsd.Zero
                ? $"The budget is used up: {budget} has {used}. This call {Costs(bound)} {cost}."
                : $"This call is too large for what is left of the budget: it {Costs(bound)} {cost}, and {budget} has "
                    + $"{used}.{LimitThatFits(refused, bound, factors)}"
                    + (ledger.Mode == BudgetMode.Strict ? " With budgetMode flexible the call would pass." : "");
        return new Refusal(
            StatusCodes.Status402PaymentRequired,
            "budget_exceeded",
            $"{text} The budget resets at {month.End:yyyy-MM-ddTHH:mm:ssZ}."
        );

        static string Costs(CostBound bound) => bound.IsProbable ? "will probably cost" : "may cost up to";
    }

    private static string LimitThatFits(BudgetRefusal refused, CostBound bound, CostFactors factors)
    {
        if (factors.HasPrediction || factors.OutputLimitName is not { } limit)
        {
            return "";
        }
        // Stating a limit makes the body longer, and so the input.
        var countsBytes = factors.IsInline || factors.EarlierTokens is not null;
        var more = factors.IsOutputLimitOpen && countsBytes ? $",\"{limit}\":1000000".Length : 0;
        return bound.LargestLimit(refused.Available, more) is { } largest && largest >= LeastLimit(limit)
            ? $" With {limit} of at most {largest} it would fit."
            : $" Its input alone may cost {Dollars(bound.Fixed?.Total ?? PicoUsd.Zero)}, "
                + "so no output limit would make it fit.";
    }

    private static string WithUses(CostBound bound) =>
        bound.ToolLimitToSet is { } uses ? $" with max_tool_calls {uses}" : "";

    // OpenAI's Responses refuse a lower one.
    private static long LeastLimit(string limit) => limit == "max_output_tokens" ? 16 : 1;

    private static string Dollars(PicoUsd amount) =>
        string.Create(CultureInfo.InvariantCulture, $"${amount.Usd:0.00####}");

    private static string Short(string text) => text.Length <= MaxNameLength ? text : $"{text[..MaxNameLength]}…";
}
