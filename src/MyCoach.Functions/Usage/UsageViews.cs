using System.Text.Json.Serialization;
using MyCoach.Ledger;

namespace MyCoach.Usage;

/// <summary>A recorded model call. <c>costUsd</c> is exact; <c>estimatedCostCents</c> is hundredths of a cent, half rounded up.</summary>
public record UsageEventView(
    string Id,
    string Provider,
    string Model,
    long InputTokens,
    long OutputTokens,
    long CachedInputTokens,
    long CacheWriteTokens,
    string? ConversationId,
    string? AgentId,
    long EstimatedCostCents,
    decimal CostUsd,
    bool Priced,
    bool PriceEstimated,
    bool Estimated,
    bool OverBound,
    DateTimeOffset CreatedAt
)
{
    internal static UsageEventView Of(UsageEvent one) =>
        new(
            one.Id,
            one.Provider.Id,
            one.Model,
            one.Tokens.Input,
            one.Tokens.Output,
            one.Tokens.CachedInput,
            one.Tokens.CacheWrite,
            one.ConversationId,
            one.AgentId,
            one.Cost.HundredthsOfACent,
            one.Cost.Usd,
            one.Priced,
            one.Receipt?.Estimated ?? false,
            one.Estimated,
            one.OverBound,
            one.CreatedAt
        );
}

/// <summary>An event with what each kind of its tokens and uses cost; <c>receipt</c> is null where the model has no price.</summary>
public sealed record UsageReceiptView : UsageEventView
{
    internal UsageReceiptView(UsageEvent one)
        : base(Of(one)) => Receipt = one.Receipt is { } receipt ? ReceiptView.Of(receipt) : null;

    [JsonPropertyOrder(1)]
    public ReceiptView? Receipt { get; }
}

/// <summary>An event of a batch, and whether it was <c>created</c> by this call or <c>repeated</c>.</summary>
public sealed record RecordedEventView : UsageEventView
{
    internal RecordedEventView(Recorded recorded)
        : base(Of(recorded.Event)) => Outcome = recorded.IsNew ? "created" : "repeated";

    [JsonPropertyOrder(1)]
    public string Outcome { get; }
}

/// <summary>The events of a batch, in its order.</summary>
public sealed record UsageBatchView(IReadOnlyList<RecordedEventView> Events);

public sealed record UsageList(IReadOnlyList<UsageEventView> Events, string? NextCursor);

public record TotalsView(
    long Requests,
    long InputTokens,
    long OutputTokens,
    long CachedInputTokens,
    long CacheWriteTokens,
    decimal CostUsd,
    string CostPicoUsd,
    long EstimatedCostCents,
    long UnpricedRequests
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
            totals.UnpricedRequests
        );
}

/// <summary>Totals of a group; the key is its model, provider, day (<c>yyyy-MM-dd</c>), conversation or agent.</summary>
public sealed record GroupView : TotalsView
{
    internal GroupView(string key, Totals totals)
        : base(Of(totals)) => Key = key;

    [JsonPropertyOrder(-1)]
    public string Key { get; }
}

/// <summary>Totals of the days from <c>from</c> to <c>to</c>, both included.</summary>
/// <param name="Other">By conversation or agent: what belongs to none of these groups, so that both together are the totals. Else null.</param>
/// <param name="NextCursor">By conversation or agent: where the less dear groups go on. Else null.</param>
public sealed record SummaryView(
    DateOnly From,
    DateOnly To,
    TotalsView Totals,
    IReadOnlyList<GroupView> Groups,
    TotalsView? Other = null,
    string? NextCursor = null
);
