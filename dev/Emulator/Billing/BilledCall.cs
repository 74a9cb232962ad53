namespace MyCoach.Dev.Emulator.Billing;

/// <summary>What is priced separately.</summary>
public enum BilledKind
{
    Input,
    CachedInput,
    CacheWrite,
    CacheWrite1h,
    Output,
    WebSearch,

    /// <summary>A <see cref="BilledLine"/>.</summary>
    Other,
}

/// <summary>A call as its provider bills it.</summary>
public sealed record BilledCall
{
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// The text of the key, which names provider, organisation and project: see <see cref="BilledKey"/>. With the text of
    /// an admin key, the call belongs to no key, as one made in the provider's console.
    /// </summary>
    public required string ApiKey { get; init; }

    /// <summary>As the answer names it.</summary>
    public required string Model { get; init; }

    /// <summary>
    /// <c>flex</c>, <c>priority</c>, <c>batch</c>, or OpenAI's <c>incentivized-tier</c>, whose tokens are reported and
    /// cost nothing. Null for the usual one.
    /// </summary>
    public string? Tier { get; init; }

    public string Geography { get; init; } = "global";

    /// <summary>Tokens that were neither read from a cache nor written to one.</summary>
    public long Input { get; init; }

    public long CachedInput { get; init; }

    /// <summary>Anthropic's writes for five minutes, OpenAI's only ones.</summary>
    public long CacheWrites { get; init; }

    public long CacheWrites1h { get; init; }

    public long Output { get; init; }

    public long WebSearches { get; init; }

    /// <summary>Tokens that are reported and cost nothing, as of a call that Anthropic refused.</summary>
    public bool IsFree { get; init; }

    /// <summary>When the provider first reports the call; null for at once, after the book's lag.</summary>
    public DateTimeOffset? ReportedFrom { get; init; }

    internal long PromptTokens => Input + CachedInput + CacheWrites + CacheWrites1h;

    internal bool IsEmbedding => Model.StartsWith("text-embedding-", StringComparison.Ordinal);

    internal bool IsBatch => Tier is "batch";

    internal string ContextWindow => PromptTokens > 200_000 ? "200k-1M" : "0-200k";

    internal IEnumerable<(BilledKind Kind, long Quantity)> Quantities =>
        [
            (BilledKind.Input, Input),
            (BilledKind.CachedInput, CachedInput),
            (BilledKind.CacheWrite, CacheWrites),
            (BilledKind.CacheWrite1h, CacheWrites1h),
            (BilledKind.Output, Output),
            (BilledKind.WebSearch, WebSearches),
        ];
}

/// <summary>A cost that belongs to no call: storage, sessions, or a refund with a negative amount.</summary>
public sealed record BilledLine
{
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// Names provider, organisation and project, as that of a call. With the text of an admin key, the line belongs to
    /// no key.
    /// </summary>
    public required string ApiKey { get; init; }

    /// <summary>OpenAI's line item or Anthropic's description.</summary>
    public required string LineItem { get; init; }

    /// <summary>In dollars, or in the currency of the book.</summary>
    public required decimal Amount { get; init; }

    public long Quantity { get; init; }

    public string? QuantityUnit { get; init; }

    /// <summary>Only at Anthropic: <c>code_execution</c>, <c>session_usage</c> …</summary>
    public string? CostType { get; init; }
}
