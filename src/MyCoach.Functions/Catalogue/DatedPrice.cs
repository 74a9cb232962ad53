namespace MyCoach.Catalogue;

/// <param name="Source">An address, or <c>seed</c> for the prices with which this catalogue began.</param>
/// <param name="CheckedOn">When the price was last compared with its source.</param>
/// <param name="EffectiveUntil">The last day that the source confirms. The price applies after it too, as an estimate.</param>
/// <param name="Confirmed">False if no page of the provider, nor two agreeing others, state the price.</param>
/// <param name="Tiers">How the provider's service tiers change the rates, by name.</param>
/// <param name="Speeds">How its speeds change the rates, by name.</param>
/// <param name="Geographies">How restricting a call to a geography changes the rates, by name.</param>
internal sealed record DatedPrice(
    DateOnly EffectiveFrom,
    string Source,
    DateOnly CheckedOn,
    decimal Input,
    decimal Output,
    decimal? CachedInput = null,
    decimal? CacheWrite = null,
    decimal? CacheWrite1h = null,
    decimal? CacheWrite12h = null,
    LongContext? LongContext = null,
    IReadOnlyDictionary<string, RateTerm>? Tiers = null,
    IReadOnlyDictionary<string, RateTerm>? Speeds = null,
    IReadOnlyDictionary<string, RateTerm>? Geographies = null,
    DateOnly? EffectiveUntil = null,
    bool Confirmed = true
) : Rates(Input, Output, CachedInput, CacheWrite, CacheWrite1h, CacheWrite12h)
{
    /// <summary>The name of the term that applies in any geography that has no own term.</summary>
    public const string AnyGeography = "any";

    /// <summary>The price of fine-tuned versions of the model; null if no source states one.</summary>
    public FineTunedRates? FineTuned { get; init; }

    /// <summary>Whether no source confirms the price for this day.</summary>
    public bool IsEstimatedOn(DateOnly day) => !Confirmed || day > EffectiveUntil;

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

/// <summary>What fine-tuned versions of a model cost. No source states tiers, speeds or geographies for them.</summary>
internal sealed record FineTunedRates(
    string Source,
    decimal Input,
    decimal Output,
    decimal? CachedInput = null,
    decimal? CacheWrite = null,
    decimal? CacheWrite1h = null,
    decimal? CacheWrite12h = null,
    bool Confirmed = true
) : Rates(Input, Output, CachedInput, CacheWrite, CacheWrite1h, CacheWrite12h)
{
    public DatedPrice From(DatedPrice price) =>
        new(
            price.EffectiveFrom,
            Source,
            price.CheckedOn,
            Input,
            Output,
            CachedInput,
            CacheWrite,
            CacheWrite1h,
            CacheWrite12h,
            LongContext: null,
            Tiers: null,
            Speeds: null,
            Geographies: null,
            Confirmed: Confirmed
        )
        {
            AudioInput = AudioInput,
            AudioOutput = AudioOutput,
        };
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
