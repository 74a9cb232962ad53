using Azure;
using Azure.Data.Tables;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>A row of a month's totals: of a day, provider and model, of an agent, or of a conversation.</summary>
/// <param name="Generation">Of a conversation's uses, one after each deletion, the one that the totals are of.</param>
/// <param name="ETag">Null before it is stored.</param>
internal sealed record TotalsRow(string Key, Totals Totals, long Generation, ETag? ETag);

/// <summary>Sums over usage events. The ledger and every summary row carry them in the same columns, so that they can be held against each other.</summary>
internal readonly record struct Totals(long Requests, TokenCounts Tokens, PicoUsd Cost, long UnpricedRequests)
{
    public static Totals Of(UsageEvent one) => new(1, one.Tokens, one.Cost, one.Priced ? 0 : 1);

    public static Totals Of(IEnumerable<UsageEvent> events) => events.Aggregate(default(Totals), (sum, one) => sum + Of(one));

    public static Totals operator +(Totals left, Totals right) =>
        checked(
            new Totals(
                left.Requests + right.Requests,
                left.Tokens + right.Tokens,
                left.Cost + right.Cost,
                left.UnpricedRequests + right.UnpricedRequests
            )
        );

    public static Totals operator -(Totals left, Totals right) =>
        checked(
            new Totals(
                left.Requests - right.Requests,
                left.Tokens - right.Tokens,
                left.Cost - right.Cost,
                left.UnpricedRequests - right.UnpricedRequests
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
            row.GetInt64(nameof(UnpricedRequests))!.Value
        );
}
