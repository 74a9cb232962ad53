namespace MyCoach.Catalogue;

/// <param name="Tiers">How the provider's service tiers change the rates, by name.</param>
/// <param name="Speeds">How its speeds change the rates, by name.</param>
/// <param name="Geographies">How restricting a call to a geography changes the rates, by name.</param>
internal sealed record DatedPrice(
    DateOnly EffectiveFrom,
    string Source,
    decimal Input,
    decimal Output,
    decimal? CachedInput,
    decimal? CacheWrite,
    decimal? CacheWrite1h,
    LongContext? LongContext,
    IReadOnlyDictionary<string, RateTerm>? Tiers,
    IReadOnlyDictionary<string, RateTerm>? Speeds,
    IReadOnlyDictionary<string, RateTerm>? Geographies
) : Rates(Input, Output, CachedInput, CacheWrite, CacheWrite1h)
{
    /// <summary>
    /// The rates for this much input, cached tokens included. Above the threshold, the whole request costs the
    /// long-context rates.
    /// </summary>
    public Rates For(long inputTokens) =>
        LongContext is { } longer && inputTokens > longer.AboveInputTokens ? longer : this;

    // OpenAI renamed its priority tier to fast, and still uses both names in requests and answers.
    public RateTerm? Tier(string name) => Tiers?.GetValueOrDefault(name == "fast" ? "priority" : name);

    public RateTerm? Speed(string name) => Speeds?.GetValueOrDefault(name);

    public RateTerm? Geography(string name) => Geographies?.GetValueOrDefault(name);
}

internal sealed record LongContext(
    long AboveInputTokens,
    decimal Input,
    decimal Output,
    decimal? CachedInput,
    decimal? CacheWrite,
    decimal? CacheWrite1h
) : Rates(Input, Output, CachedInput, CacheWrite, CacheWrite1h);
