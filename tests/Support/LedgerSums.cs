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
    long UnpricedRequests
)
{
    public static LedgerSums OfTotals(TableEntity row) =>
        Of(row, row.GetInt64("Requests")!.Value, row.GetInt64("UnpricedRequests")!.Value);

    public static LedgerSums OfEvent(TableEntity row) => Of(row, 1, row.ContainsKey("PricedAs") ? 0 : 1);

    public static LedgerSums OfAnswer(JsonNode answered) =>
        new(
            (long)answered["requests"]!,
            (long)answered["inputTokens"]!,
            (long)answered["outputTokens"]!,
            (long)answered["cachedInputTokens"]!,
            (long)answered["cacheWriteTokens"]!,
            Int128.Parse((string)answered["costPicoUsd"]!, CultureInfo.InvariantCulture),
            (long)answered["unpricedRequests"]!
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
                left.UnpricedRequests + right.UnpricedRequests
            )
        );

    private static LedgerSums Of(TableEntity row, long requests, long unpriced) =>
        new(
            requests,
            row.GetInt64("InputTokens")!.Value,
            row.GetInt64("OutputTokens")!.Value,
            row.GetInt64("CachedInputTokens")!.Value,
            row.GetInt64("CacheWriteTokens")!.Value,
            Int128.Parse(row.GetString("CostPicoUsd"), CultureInfo.InvariantCulture),
            unpriced
        );
}
