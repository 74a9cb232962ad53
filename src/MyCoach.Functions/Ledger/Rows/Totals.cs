using Azure.Data.Tables;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>
/// Sums over usage events. The ledger and every totals row store them in the same columns, so that they can be
/// compared. A deleted event counts with its adjustments only, and use outside MyCoach with its cost only.
/// </summary>
/// <param name="Cost">The first costs and the adjustments.</param>
/// <param name="Adjustments">The part of the cost that adjustments make up.</param>
internal readonly record struct Totals(
    long Requests,
    TokenCounts Tokens,
    PicoUsd Cost,
    long UnpricedRequests,
    PicoUsd Adjustments = default
)
{
    /// <summary>Whether only deleted events count here, if any.</summary>
    public bool IsEmpty => Requests == 0 && Cost == PicoUsd.Zero;

    public static Totals Of(UsageEvent usageEvent) =>
        usageEvent is { DeletedAt: null, IsOutside: false }
            ? new(1, usageEvent.Tokens, usageEvent.Cost, usageEvent.Priced ? 0 : 1, usageEvent.Adjusted)
            : new(0, default, usageEvent.Cost, 0, usageEvent.Adjusted);

    public static Totals Of(IEnumerable<UsageEvent> events) =>
        events.Aggregate(default(Totals), (sum, usageEvent) => sum + Of(usageEvent));

    public static Totals operator +(Totals left, Totals right) =>
        checked(
            new Totals(
                left.Requests + right.Requests,
                left.Tokens + right.Tokens,
                left.Cost + right.Cost,
                left.UnpricedRequests + right.UnpricedRequests,
                left.Adjustments + right.Adjustments
            )
        );

    public static Totals operator -(Totals left, Totals right) =>
        checked(
            new Totals(
                left.Requests - right.Requests,
                left.Tokens - right.Tokens,
                left.Cost - right.Cost,
                left.UnpricedRequests - right.UnpricedRequests,
                left.Adjustments - right.Adjustments
            )
        );

    public void WriteTo(TableEntity row)
    {
        row[nameof(Requests)] = Requests;
        row["InputTokens"] = Tokens.Input;
        row["OutputTokens"] = Tokens.Output;
        row["CachedInputTokens"] = Tokens.CachedInput;
        row["CacheWriteTokens"] = Tokens.CacheWrite;
        row["CostPicoUsd"] = Cost.ToString();
        row[nameof(UnpricedRequests)] = UnpricedRequests;
        row["AdjustmentsPicoUsd"] = Adjustments == PicoUsd.Zero ? null : Adjustments.ToString();
    }

    public static Totals Read(TableEntity row) =>
        new(
            row.GetInt64(nameof(Requests))!.Value,
            new TokenCounts(
                row.GetInt64("InputTokens")!.Value,
                row.GetInt64("OutputTokens")!.Value,
                row.GetInt64("CachedInputTokens")!.Value,
                row.GetInt64("CacheWriteTokens")!.Value
            ),
            PicoUsd.Parse(row.GetString("CostPicoUsd")),
            row.GetInt64(nameof(UnpricedRequests))!.Value,
            row.GetString("AdjustmentsPicoUsd") is { } adjustments ? PicoUsd.Parse(adjustments) : PicoUsd.Zero
        );
}
