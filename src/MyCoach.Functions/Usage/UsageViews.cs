using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using MyCoach.Http;
using MyCoach.Ledger;

namespace MyCoach.Usage;

/// <summary>
/// A recorded model call. <c>costUsd</c> is exact; <c>estimatedCostCents</c> is in hundredths of a cent, rounded half
/// up.
/// </summary>
public record UsageEventView(
    string Id,
    [property: ProviderName] string Provider,
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
    internal static UsageEventView Of(UsageEvent usageEvent) =>
        new(
            usageEvent.Id,
            usageEvent.Provider.Id,
            usageEvent.Model,
            usageEvent.Tokens.Input,
            usageEvent.Tokens.Output,
            usageEvent.Tokens.CachedInput,
            usageEvent.Tokens.CacheWrite,
            usageEvent.ConversationId,
            usageEvent.AgentId,
            usageEvent.Cost.HundredthsOfACent,
            usageEvent.Cost.Usd,
            usageEvent.Priced,
            usageEvent.Receipt?.Estimated ?? false,
            usageEvent.Estimated,
            usageEvent.OverBound,
            usageEvent.CreatedAt
        );
}

/// <summary>
/// An event with the cost of each kind of token and tool use. <c>receipt</c> is null if the model has no price.
/// </summary>
public sealed record UsageReceiptView : UsageEventView
{
    internal UsageReceiptView(UsageEvent usageEvent)
        : base(Of(usageEvent)) => Receipt = usageEvent.Receipt is { } receipt ? ReceiptView.Of(receipt) : null;

    [JsonPropertyOrder(1)]
    public ReceiptView? Receipt { get; init; }
}

/// <summary>
/// An event of a batch. <c>outcome</c> is <c>created</c>, or <c>repeated</c> if it was recorded before.
/// </summary>
public sealed record RecordedEventView : UsageEventView
{
    internal RecordedEventView(RecordedEvent recorded)
        : base(Of(recorded.Event)) => Outcome = recorded.IsNew ? "created" : "repeated";

    [JsonPropertyOrder(1), AllowedValues("created", "repeated")]
    public string Outcome { get; init; }
}

/// <summary>The recorded events, in the order of the batch.</summary>
public sealed record UsageBatchView(IReadOnlyList<RecordedEventView> Events);

public sealed record UsageList(IReadOnlyList<UsageEventView> Events, string? NextCursor);
