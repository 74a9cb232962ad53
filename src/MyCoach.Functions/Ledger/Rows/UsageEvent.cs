using Azure;
using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>One metered model call, priced when it was recorded.</summary>
/// <param name="CallerId">The caller's part of the id, or one made here.</param>
/// <param name="Receipt">Null for a model without a price.</param>
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
    /// <summary>Of the conversation's uses, one after each deletion, the one that this event belongs to.</summary>
    public long ConversationGeneration { get; init; }

    /// <summary>Whether the tokens were estimated, because the provider did not state them.</summary>
    public bool Estimated { get; init; }

    /// <summary>Whether it is what a call could cost at most, because its reservation expired before it was settled.</summary>
    public bool Expired { get; init; }

    /// <summary>What the event cost before, where it takes the place of one that had expired.</summary>
    public PicoUsd? Replaced { get; init; }

    /// <summary>Whether the provider charges more than the call's bound, for which it was admitted to its budget.</summary>
    public bool OverBound { get; init; }

    /// <summary>The row's ETag; null before it is read.</summary>
    public ETag? ETag { get; init; }

    public Month Month => Month.Of(CreatedAt);

    /// <summary><c>yyyyMM-</c> and the caller's id.</summary>
    public string Id => $"{Month.Compact}-{CallerId}";

    public bool Priced => Receipt is not null;

    public PicoUsd Cost => Receipt?.Total ?? PicoUsd.Zero;

    /// <summary>Splits an id into its month and the caller's part; null where it is none.</summary>
    public static (Month Month, string CallerId)? ParseId(string id) =>
        id.Length > 7 && id[6] == '-' && Month.TryParse(id[..6], "yyyyMM") is { } month && Ids.IsId(id[7..]) ? (month, id[7..]) : null;
}
