using System.Globalization;
using System.Text.Json.Nodes;
using Azure.Data.Tables;

namespace MyCoach.Tests.Support;

/// <summary>
/// What a row of totals, an event or an answer states, read here anew so that the program's own reading is tested with
/// the rest.
/// </summary>
public readonly record struct LedgerSums(
    long Requests,
    long InputTokens,
    long OutputTokens,
    long CachedInputTokens,
    long CacheWriteTokens,
    Int128 CostPicoUsd,
    long UnpricedRequests,
    Int128 AdjustmentsPicoUsd = default
)
{
    public static LedgerSums OfTotals(TableEntity row) =>
        Of(row, row.GetInt64("Requests")!.Value, row.GetInt64("UnpricedRequests")!.Value) with
        {
            AdjustmentsPicoUsd = row.GetString("AdjustmentsPicoUsd") is { } text ? PicoUsd(text) : 0,
        };

    /// <summary>A deleted event counts with its adjustments only, and use outside MyCoach is no call.</summary>
    public static LedgerSums OfEvent(TableEntity row)
    {
        var adjustments = (row.GetString("Adjustments")?.Split(';') ?? []).Select(text => text.Split(':')).ToArray();
        var sum = Of(row, 1, row.ContainsKey("PricedAs") || row.ContainsKey("RepricedPricedAs") ? 0 : 1) with
        {
            AdjustmentsPicoUsd = adjustments.Aggregate((Int128)0, (all, parts) => all + PicoUsd(parts[2])),
        };
        var isCall = !IsDeleted(row) && !row.GetString("Id").StartsWith("gw-outside-", StringComparison.Ordinal);
        return isCall ? sum : new LedgerSums(0, 0, 0, 0, 0, sum.CostPicoUsd, 0, sum.AdjustmentsPicoUsd);
    }

    public static bool IsDeleted(TableEntity row) =>
        row.GetString("Adjustments")?.Split(';').Any(text => text.StartsWith("deleted:", StringComparison.Ordinal))
        == true;

    public static LedgerSums OfAnswer(JsonNode answered) =>
        new(
            (long)answered["requests"]!,
            (long)answered["inputTokens"]!,
            (long)answered["outputTokens"]!,
            (long)answered["cachedInputTokens"]!,
            (long)answered["cacheWriteTokens"]!,
            Int128.Parse((string)answered["costPicoUsd"]!, CultureInfo.InvariantCulture),
            (long)answered["unpricedRequests"]!,
            (Int128)((decimal)answered["adjustmentsUsd"]! * 1_000_000_000_000m)
        );

    public static LedgerSums Of(IEnumerable<LedgerSums> all) =>
        all.Aggregate(default(LedgerSums), (sum, next) => sum + next);

    public static LedgerSums operator +(LedgerSums left, LedgerSums right) =>
        checked(
            new(
                left.Requests + right.Requests,
                left.InputTokens + right.InputTokens,
                left.OutputTokens + right.OutputTokens,
                left.CachedInputTokens + right.CachedInputTokens,
                left.CacheWriteTokens + right.CacheWriteTokens,
                left.CostPicoUsd + right.CostPicoUsd,
                left.UnpricedRequests + right.UnpricedRequests,
                left.AdjustmentsPicoUsd + right.AdjustmentsPicoUsd
            )
        );

    private static LedgerSums Of(TableEntity row, long requests, long unpriced) =>
        new(
            requests,
            row.GetInt64("InputTokens")!.Value,
            row.GetInt64("OutputTokens")!.Value,
            row.GetInt64("CachedInputTokens")!.Value,
            row.GetInt64("CacheWriteTokens")!.Value,
            PicoUsd(row.GetString("CostPicoUsd")),
            unpriced
        );

    private static Int128 PicoUsd(string text) => Int128.Parse(text, CultureInfo.InvariantCulture);
}
