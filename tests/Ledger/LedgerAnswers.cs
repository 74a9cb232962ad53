using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using MyCoach.Bounds;

namespace MyCoach.Tests.Ledger;

/// <summary>An event as the API tells it.</summary>
public sealed record ToldEvent(
    string Id,
    string Provider,
    string Model,
    long InputTokens,
    long OutputTokens,
    string? ConversationId,
    string? AgentId,
    decimal CostUsd,
    long EstimatedCostCents,
    bool Priced,
    DateTimeOffset CreatedAt
)
{
    public static ToldEvent Read(JsonNode? one) => one.Deserialize<ToldEvent>(JsonSerializerOptions.Web)!;

    public static ToldEvent Of(LedgerModel.Recorded one) =>
        new(
            one.Id,
            one.Call.Provider,
            one.Call.Model,
            one.Call.Input,
            one.Call.Output,
            one.Conversation,
            one.Call.Agent,
            one.PicoUsd / 1e12m,
            ToldTotals.HundredthsOfACent(one.PicoUsd),
            one.IsPriced,
            one.At
        );
}

/// <summary>Totals as the API tells them, those of a group with its key.</summary>
public sealed record ToldTotals(
    string? Key,
    long Requests,
    long InputTokens,
    long OutputTokens,
    decimal CostUsd,
    string CostPicoUsd,
    long EstimatedCostCents,
    long UnpricedRequests
)
{
    public static ToldTotals Read(JsonNode? totals) => totals.Deserialize<ToldTotals>(JsonSerializerOptions.Web)!;

    public static ToldTotals Of(string? key, IReadOnlyCollection<LedgerModel.Recorded> events)
    {
        var cost = events.Sum(one => one.PicoUsd);
        return new ToldTotals(
            key,
            events.Count,
            events.Sum(one => one.Call.Input),
            events.Sum(one => one.Call.Output),
            cost / 1e12m,
            cost.ToString(CultureInfo.InvariantCulture),
            HundredthsOfACent(cost),
            events.Count(one => !one.IsPriced)
        );
    }

    // Half rounded up.
    internal static long HundredthsOfACent(long picoUsd) => (picoUsd + 50_000_000) / 100_000_000;
}
