namespace MyCoach.Catalogue;

/// <summary>How the provider's answer says that the call was served, beyond its tokens.</summary>
internal sealed record CallTerms
{
    public static readonly CallTerms Standard = new();

    /// <summary>Of the cache writes, those kept for an hour.</summary>
    public long CacheWrite1h { get; init; }

    /// <summary>As the answer names it: default, flex, priority …</summary>
    public string? ServiceTier { get; init; }

    /// <summary>standard or fast (Anthropic).</summary>
    public string? Speed { get; init; }

    /// <summary>Where the model ran, as the answer names it: us …</summary>
    public string? Geography { get; init; }

    public long WebSearches { get; init; }

    public long FileSearches { get; init; }

    public long CodeInterpreterSessions { get; init; }

    public long Images { get; init; }

    /// <summary>Of the call's tokens, those of other models than the one that answered, such as an advisor.</summary>
    public IReadOnlyList<CallPart> OtherParts { get; init; } = [];
}
