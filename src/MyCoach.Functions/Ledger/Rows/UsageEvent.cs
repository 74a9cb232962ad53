using Azure;
using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>One metered model call, priced when it was recorded and adjusted later if at all.</summary>
/// <param name="CallerId">The part of the id that the caller chose, or a generated one.</param>
/// <param name="Receipt">The first price; null for a model without a price.</param>
internal sealed record UsageEvent(
    string CallerId,
    Provider Provider,
    string Model,
    TokenCounts Tokens,
    string? ConversationId,
    string? AgentId,
    DateTimeOffset CreatedAt,
    Receipt? Receipt
)
{
    /// <summary>
    /// The generation of the conversation when the event was recorded. Each deletion starts a new one.
    /// </summary>
    public long ConversationGeneration { get; init; }

    /// <summary>
    /// The name under which the totals count the event; null if that is its model. See <see cref="ModelNames"/>.
    /// </summary>
    public string? CountedAs { get; init; }

    /// <summary>The model that was asked for; null if it is the one that answered, or is not known.</summary>
    public string? RequestedModel { get; init; }

    /// <summary>What decided the price besides the tokens, so that the call can be priced again.</summary>
    public CallTerms Terms { get; init; } = CallTerms.Standard;

    /// <summary>The id of the token that MyCoach issued for the call; null for another token or a posted event.</summary>
    public string? TokenId { get; init; }

    /// <summary>Which of the user's stored keys made the call (<c>ProviderKey.KeyId</c>); null if it is not known.</summary>
    public string? KeyId { get; init; }

    /// <summary>What the caller notes about the call.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = EventMetadata.None;

    /// <summary>Whether the tokens were estimated, because the provider did not report them.</summary>
    public bool Estimated { get; init; }

    /// <summary>
    /// Whether this is the full upper bound of a call, whose reservation expired before it was settled.
    /// </summary>
    public bool Expired { get; init; }

    /// <summary>The cost of the expired event that this event replaced; null if it replaced none.</summary>
    public PicoUsd? Replaced { get; init; }

    /// <summary>Whether the provider charges more than the upper bound that was reserved for the call.</summary>
    public bool OverBound { get; init; }

    /// <summary>Changes of the cost since the event was recorded, oldest first.</summary>
    public IReadOnlyList<Adjustment> Adjustments { get; init; } = [];

    /// <summary>The row's ETag; null before it is read.</summary>
    public ETag? ETag { get; init; }

    public Month Month => Month.Of(CreatedAt);

    /// <summary>Whether it is no call, but what a provider billed for a day's use outside MyCoach.</summary>
    public bool IsOutside => OutsideUse.IsIdOf(CallerId);

    /// <summary><c>yyyyMM-</c> followed by the caller's id.</summary>
    public string Id => $"{Month.Compact}-{CallerId}";

    /// <summary>The latest price, if the call was priced again; its total is then the cost.</summary>
    public Receipt? Repriced { get; init; }

    public bool Priced => (Repriced ?? Receipt) is not null;

    /// <summary>The cost at the first price.</summary>
    public PicoUsd FirstCost => Receipt?.Total ?? PicoUsd.Zero;

    /// <summary>What all adjustments together add to the first cost.</summary>
    public PicoUsd Adjusted => Adjustments.Aggregate(PicoUsd.Zero, (sum, adjustment) => sum + adjustment.Difference);

    /// <summary>The cost as it counts: the first cost and the adjustments.</summary>
    public PicoUsd Cost => FirstCost + Adjusted;

    /// <summary>When the user deleted the event; null if it counts.</summary>
    public DateTimeOffset? DeletedAt =>
        Adjustments.FirstOrDefault(adjustment => adjustment.Reason == Adjustment.Deleted)?.At;

    /// <summary>The caller's id of the event of the same month that this one replaced; null if it replaced none.</summary>
    public string? Replaces { get; init; }

    /// <summary>The caller's id of the event that replaced this one; null if none did.</summary>
    public string? ReplacedBy { get; init; }

    public string? ReplacesId => Replaces is null ? null : $"{Month.Compact}-{Replaces}";

    public string? ReplacedById => ReplacedBy is null ? null : $"{Month.Compact}-{ReplacedBy}";

    /// <summary>The event with an adjustment that takes its cost back.</summary>
    public UsageEvent Delete(DateTimeOffset now) =>
        With(new Adjustment(Adjustment.Deleted, now, PicoUsd.Zero - Cost, PriceVersion: null));

    /// <summary>The event with one more adjustment.</summary>
    public UsageEvent With(Adjustment adjustment) => this with { Adjustments = [.. Adjustments, adjustment] };

    /// <summary>Splits an id into its month and the caller's part; null if it is malformed.</summary>
    public static (Month Month, string CallerId)? ParseId(string id) =>
        id.Length > 7 && id[6] == '-' && Month.TryParse(id[..6], "yyyyMM") is { } month && Ids.IsId(id[7..])
            ? (month, id[7..])
            : null;
}
