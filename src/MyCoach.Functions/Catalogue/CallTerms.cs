namespace MyCoach.Catalogue;

/// <summary>What the provider's answer states about a call besides its tokens: tier, speed, geography and tool uses.</summary>
internal sealed record CallTerms
{
    public static readonly CallTerms Standard = new();

    /// <summary>How many of the cache-write tokens are kept for an hour.</summary>
    public long CacheWrite1h { get; init; }

    /// <summary>As named in the answer: default, flex, priority …</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Anthropic only: standard or fast.</summary>
    public string? Speed { get; init; }

    /// <summary>Where the model ran, as named in the answer: us …</summary>
    public string? Geography { get; init; }

    public long WebSearches { get; init; }

    public long FileSearches { get; init; }

    public long CodeInterpreterSessions { get; init; }

    public long Images { get; init; }

    /// <summary>The share of the call's tokens that other models used, such as an advisor. The call's token counts include it.</summary>
    public IReadOnlyList<CallPart> OtherParts { get; init; } = [];
}
