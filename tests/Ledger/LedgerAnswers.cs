using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MyCoach.Tests.Ledger;

/// <summary>An event as the API returns it.</summary>
public sealed record AnsweredEvent(
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
    public static AnsweredEvent Read(JsonNode? entry) => entry.Deserialize<AnsweredEvent>(JsonSerializerOptions.Web)!;

    public static AnsweredEvent Of(LedgerModel.Recorded entry) =>
        new(
            entry.Id,
            entry.Call.Provider,
            entry.Call.Model,
            entry.Call.Input,
            entry.Call.Output,
            entry.Conversation,
            entry.Call.Agent,
            entry.PicoUsd / 1e12m,
            AnsweredTotals.HundredthsOfACent(entry.PicoUsd),
            entry.IsPriced,
            entry.At
        );
}

/// <summary>Totals as the API returns them, those of a group with its key.</summary>
public sealed record AnsweredTotals(
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
    public static AnsweredTotals Read(JsonNode? totals) =>
        totals.Deserialize<AnsweredTotals>(JsonSerializerOptions.Web)!;

    public static AnsweredTotals Of(string? key, IReadOnlyCollection<LedgerModel.Recorded> events)
    {
        var cost = events.Sum(entry => entry.PicoUsd);
        return new AnsweredTotals(
            key,
            events.Count,
            events.Sum(entry => entry.Call.Input),
            events.Sum(entry => entry.Call.Output),
            cost / 1e12m,
            cost.ToString(CultureInfo.InvariantCulture),
            HundredthsOfACent(cost),
            events.Count(entry => !entry.IsPriced)
        );
    }

    // Half rounded up.
    internal static long HundredthsOfACent(long picoUsd) => (picoUsd + 50_000_000) / 100_000_000;
}
