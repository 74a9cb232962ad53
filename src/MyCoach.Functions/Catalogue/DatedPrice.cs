namespace MyCoach.Catalogue;

/// <param name="Tiers">How the provider's service tiers change the rates, by name.</param>
/// <param name="Speeds">How its speeds change the rates, by name.</param>
/// <param name="Geographies">How restricting a call to a geography changes the rates, by name.</param>
internal sealed record DatedPrice(
    DateOnly EffectiveFrom,
    string Source,
    decimal Input,
    decimal Output,
    decimal? CachedInput = null,
    decimal? CacheWrite = null,
    decimal? CacheWrite1h = null,
    decimal? CacheWrite12h = null,
    LongContext? LongContext = null,
    IReadOnlyDictionary<string, RateTerm>? Tiers = null,
    IReadOnlyDictionary<string, RateTerm>? Speeds = null,
    IReadOnlyDictionary<string, RateTerm>? Geographies = null
) : Rates(Input, Output, CachedInput, CacheWrite, CacheWrite1h, CacheWrite12h)
{
    /// <summary>The name of the term that applies in any geography that has no own term.</summary>
    public const string AnyGeography = "any";

    /// <summary>
    /// The rates for this much input, cached tokens included. Above the threshold, the whole request costs the
    /// long-context rates.
    /// </summary>
    public Rates For(long inputTokens) =>
        LongContext is { } longer && inputTokens > longer.AboveInputTokens ? longer : this;

    // OpenAI renamed its priority tier to fast, and still uses both names in requests and answers.
    public RateTerm? Tier(string name) => Tiers?.GetValueOrDefault(name == "fast" ? "priority" : name);

    public RateTerm? Speed(string name) => Speeds?.GetValueOrDefault(name);

    /// <summary>The term of a geography, or the one that any geography has.</summary>
    public RateTerm? Geography(string name) =>
        Geographies?.GetValueOrDefault(name) ?? Geographies?.GetValueOrDefault(AnyGeography);
}

internal sealed record LongContext(
    long AboveInputTokens,
    decimal Input,
    decimal Output,
    decimal? CachedInput = null,
    decimal? CacheWrite = null,
    decimal? CacheWrite1h = null,
    decimal? CacheWrite12h = null
) : Rates(Input, Output, CachedInput, CacheWrite, CacheWrite1h, CacheWrite12h);
