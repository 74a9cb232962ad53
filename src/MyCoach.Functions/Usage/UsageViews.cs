using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;

namespace MyCoach.Usage;

/// <summary>
/// A recorded model call. <c>costUsd</c> is exact; <c>estimatedCostCents</c> is in hundredths of a cent, rounded half
/// up. <c>model</c> answered, <c>requestedModel</c> was asked for, and <c>catalogueModel</c> is the catalogue's id for
/// <c>model</c>, by which summaries group; null if the catalogue does not know it.
/// <c>metadata</c> is what the caller noted. <c>tokenId</c> is the MyCoach token of the call; null for another one.
/// <c>keyId</c> is the stored key that made the call, as <c>GET /api/keys</c> names it; null if it is not known.
/// </summary>
public record UsageEventView(
    string Id,
    [property: ProviderName] string Provider,
    string Model,
    string RequestedModel,
    string? CatalogueModel,
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
    DateTimeOffset CreatedAt,
    IReadOnlyDictionary<string, string> Metadata,
    long? PriceVersion,
    string? TokenId,
    string? KeyId
)
{
    internal static UsageEventView Of(UsageEvent usageEvent, ModelCatalogue catalogue) =>
        new(
            usageEvent.Id,
            usageEvent.Provider.Id,
            usageEvent.Model,
            usageEvent.RequestedModel ?? usageEvent.Model,
            catalogue.Find(usageEvent.Provider, usageEvent.Model)?.Id,
            usageEvent.Tokens.Input,
            usageEvent.Tokens.Output,
            usageEvent.Tokens.CachedInput,
            usageEvent.Tokens.CacheWrite,
            usageEvent.ConversationId,
            usageEvent.AgentId,
            usageEvent.Cost.HundredthsOfACent,
            usageEvent.Cost.Usd,
            usageEvent.Priced,
            (usageEvent.Repriced ?? usageEvent.Receipt)?.Estimated ?? false,
            usageEvent.Estimated,
            usageEvent.OverBound,
            usageEvent.CreatedAt,
            usageEvent.Metadata,
            (usageEvent.Repriced ?? usageEvent.Receipt)?.Version,
            usageEvent.TokenId,
            usageEvent.KeyId
        );
}

/// <summary>
/// An event with the cost of each kind of token and tool use. <c>receipt</c> is the first price, null if the model has
/// none. <c>costUsd</c> is the total of the receipt and of the <c>adjustments</c>. <c>repriced</c> is the latest price, if
/// the call was priced again; its total is then the cost.
/// </summary>
public sealed record UsageReceiptView : UsageEventView
{
    internal UsageReceiptView(UsageEvent usageEvent, ModelCatalogue catalogue)
        : base(Of(usageEvent, catalogue))
    {
        Receipt = usageEvent.Receipt is { } receipt ? ReceiptView.Of(receipt) : null;
        Repriced = usageEvent.Repriced is { } repriced ? ReceiptView.Of(repriced) : null;
        Adjustments = [.. usageEvent.Adjustments.Select(AdjustmentView.Of)];
        DeletedAt = usageEvent.DeletedAt;
        Replaces = usageEvent.ReplacesId;
        ReplacedBy = usageEvent.ReplacedById;
    }

    [JsonPropertyOrder(1)]
    public ReceiptView? Receipt { get; init; }

    [JsonPropertyOrder(2)]
    public ReceiptView? Repriced { get; init; }

    [JsonPropertyOrder(3)]
    public IReadOnlyList<AdjustmentView> Adjustments { get; init; }

    /// <summary>When the event was deleted; null if it counts.</summary>
    [JsonPropertyOrder(4)]
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>The id of the deleted event that this one replaces; null if it replaces none.</summary>
    [JsonPropertyOrder(4)]
    public string? Replaces { get; init; }

    /// <summary>The id of the event that replaces this deleted one; null if none does.</summary>
    [JsonPropertyOrder(5)]
    public string? ReplacedBy { get; init; }
}

/// <summary>A change of an event's cost after it was recorded.</summary>
public sealed record AdjustmentView(
    [property: AllowedValues(Adjustment.Deleted, Adjustment.Repriced, Adjustment.Revised)] string Reason,
    DateTimeOffset At,
    decimal DifferenceUsd,
    long? PriceVersion
)
{
    internal static AdjustmentView Of(Adjustment adjustment) =>
        new(adjustment.Reason, adjustment.At, adjustment.Difference.Usd, adjustment.PriceVersion);
}

/// <summary>
/// A posted event. <c>outcome</c> is <c>created</c>, or <c>repeated</c> if it was recorded before.
/// </summary>
public sealed record RecordedEventView : UsageEventView
{
    internal RecordedEventView(RecordedEvent recorded, ModelCatalogue catalogue)
        : base(Of(recorded.Event, catalogue)) => Outcome = recorded.IsNew ? "created" : "repeated";

    [JsonPropertyOrder(1), AllowedValues("created", "repeated")]
    public string Outcome { get; init; }
}

/// <summary>The recorded events, in the order of the batch.</summary>
public sealed record UsageBatchView(IReadOnlyList<RecordedEventView> Events);

public sealed record UsageList(IReadOnlyList<UsageEventView> Events, string? NextCursor);
