using System.Text.Json.Serialization;
using MyCoach.Ledger;

namespace MyCoach.Usage;

/// <summary>
/// Sums over calls. <c>costUsd</c> is exact, <c>costPicoUsd</c> is the same in pico-dollars, and
/// <c>estimatedCostCents</c> is in hundredths of a cent, rounded half up. The cost includes <c>adjustmentsUsd</c>.
/// </summary>
public record TotalsView(
    long Requests,
    long InputTokens,
    long OutputTokens,
    long CachedInputTokens,
    long CacheWriteTokens,
    decimal CostUsd,
    string CostPicoUsd,
    long EstimatedCostCents,
    long UnpricedRequests,
    decimal AdjustmentsUsd
)
{
    internal static TotalsView Of(Totals totals) =>
        new(
            totals.Requests,
            totals.Tokens.Input,
            totals.Tokens.Output,
            totals.Tokens.CachedInput,
            totals.Tokens.CacheWrite,
            totals.Cost.Usd,
            totals.Cost.ToString(),
            totals.Cost.HundredthsOfACent,
            totals.UnpricedRequests,
            totals.Adjustments.Usd
        );
}

/// <summary>
/// The totals of a group. <c>key</c> is its model, provider, day (<c>yyyy-MM-dd</c>), conversation or agent. If two
/// providers have a model of one name, the key begins with the provider and a slash where the catalogue does not know it.
/// By day and another key, <c>day</c> is the day and <c>key</c> the other one.
/// </summary>
public sealed record GroupView : TotalsView
{
    internal GroupView(string key, string? provider, Totals totals)
        : base(Of(totals)) => (Key, Provider) = (key, provider);

    [JsonPropertyOrder(-2)]
    public string Key { get; init; }

    /// <summary>By day and another key: the day. Otherwise null.</summary>
    [JsonPropertyOrder(-3)]
    public DateOnly? Day { get; init; }

    /// <summary>By model and by provider: the provider. Otherwise null.</summary>
    [JsonPropertyOrder(-1)]
    public string? Provider { get; init; }
}

/// <summary>The totals of the days from <c>from</c> to <c>to</c>, both included.</summary>
/// <param name="Other">The totals minus those of the listed groups. Null by model, provider or day if nothing is
/// left.</param>
/// <param name="NextCursor">By conversation or agent: the cursor of the next page, which has cheaper groups. Otherwise
/// null.</param>
public sealed record SummaryView(
    DateOnly From,
    DateOnly To,
    TotalsView Totals,
    IReadOnlyList<GroupView> Groups,
    TotalsView? Other = null,
    string? NextCursor = null
);
