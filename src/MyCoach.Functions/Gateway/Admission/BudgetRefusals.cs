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
        var balance = refused.Tightest;
        var budget =
            $"the {(balance.IsOfToken ? "token " : "")}budget of {Dollars(balance.Budget)} for {month} has "
            + $"{Dollars(balance.Spent)} spent and {Dollars(balance.Reserved)} held for calls under way";
        var cost = $"{Dollars(bound.Amount)}{WithUses(bound)}";
        var whose = balance.IsOfToken ? "the budget of this token" : "the budget";
        var text =
            balance.Available <= PicoUsd.Zero
                ? $"T{whose[1..]} is used up: {budget}. This call {Costs(bound)} {cost}."
                : $"This call is too large for what is left of {whose}: it {Costs(bound)} {cost}, and {budget}."
                    + LimitThatFits(balance, bound, factors)
                    + (refused.Mode == BudgetMode.Strict ? " With budgetMode flexible the call would pass." : "");
        return new Refusal(
            StatusCodes.Status402PaymentRequired,
            "budget_exceeded",
            $"{text} The budget resets at {month.End:yyyy-MM-ddTHH:mm:ssZ}."
        );

        static string Costs(CostBound bound) => bound.IsProbable ? "will probably cost" : "may cost up to";
    }

    private static string LimitThatFits(BudgetBalance balance, CostBound bound, CostFactors factors)
    {
        if (factors.HasPrediction || factors.OutputLimitName is not { } limit)
        {
            return "";
        }
        // Stating a limit makes the body longer, and so the input.
        var countsBytes = factors.IsInline || factors.EarlierTokens is not null;
        var more = factors.IsOutputLimitOpen && countsBytes ? $",\"{limit}\":1000000".Length : 0;
        return bound.LargestLimit(balance.Available, more) is { } largest && largest >= LeastLimit(limit)
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
