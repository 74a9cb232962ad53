namespace MyCoach.Catalogue;

public sealed record LongContextView(
    long AboveInputTokens,
    decimal InputPerMTok,
    decimal OutputPerMTok,
    decimal? CachedInputPerMTok,
    decimal? CacheWritePerMTok,
    decimal? CacheWrite1hPerMTok,
    decimal? CacheWrite12hPerMTok
);

/// <summary>
/// How a tier, speed or geography changes the prices: it multiplies them by <c>times</c>, or replaces them with
/// <c>prices</c>.
/// </summary>
/// <param name="Name">The name in the provider's answers.</param>
/// <param name="Confirmed">False if no page of the provider, nor two agreeing others, state it.</param>
public sealed record TermView(string Name, decimal? Times, RatesView? Prices, string Source, bool Confirmed)
{
    internal static IReadOnlyList<TermView> Of(IReadOnlyDictionary<string, RateTerm>? terms) =>
        [.. (terms ?? new Dictionary<string, RateTerm>()).Select(term => Of(term.Key, term.Value))];

    private static TermView Of(string name, RateTerm term) =>
        new(name, term.Times, term.Rates is { } rates ? RatesView.Of(rates) : null, term.Source, term.Confirmed);
}

public sealed record RatesView(
    decimal InputPerMTok,
    decimal OutputPerMTok,
    decimal? CachedInputPerMTok,
    decimal? CacheWritePerMTok,
    decimal? CacheWrite1hPerMTok,
    decimal? CacheWrite12hPerMTok
)
{
    internal static RatesView Of(Rates rates) =>
        new(rates.Input, rates.Output, rates.CachedInput, rates.CacheWrite, rates.CacheWrite1h, rates.CacheWrite12h);
}

/// <summary>What fine-tuned versions of a model cost.</summary>
/// <param name="Confirmed">False if no page of the provider, nor two agreeing others, state it.</param>
public sealed record FineTunedView(
    decimal InputPerMTok,
    decimal OutputPerMTok,
    decimal? CachedInputPerMTok,
    string Source,
    bool Confirmed
);
