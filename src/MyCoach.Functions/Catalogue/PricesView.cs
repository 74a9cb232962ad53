namespace MyCoach.Catalogue;

/// <summary>Prices in cents per million tokens. A price is null if no source states it.</summary>
public record PricesView(
    decimal InputPerMTok,
    decimal OutputPerMTok,
    decimal? CachedInputPerMTok,
    decimal? CacheWritePerMTok,
    decimal? CacheWrite1hPerMTok
)
{
    /// <summary>The prices of the whole request if its input, cached tokens included, is above the threshold.</summary>
    public LongContextView? LongContext { get; init; }

    /// <summary>Prices of service tiers other than the standard one. OpenAI's <c>fast</c> is listed as <c>priority</c>.</summary>
    public required IReadOnlyList<TermView> Tiers { get; init; }

    /// <summary>Prices of speeds other than the standard one.</summary>
    public required IReadOnlyList<TermView> Speeds { get; init; }

    /// <summary>Prices of calls that are restricted to a geography.</summary>
    public required IReadOnlyList<TermView> Geographies { get; init; }

    internal static PricesView Of(DatedPrice price) =>
        new(price.Input, price.Output, price.CachedInput, price.CacheWrite, price.CacheWrite1h)
        {
            LongContext = price.LongContext is { } longer
                ? new(longer.AboveInputTokens, longer.Input, longer.Output, longer.CachedInput, longer.CacheWrite, longer.CacheWrite1h)
                : null,
            Tiers = TermView.Of(price.Tiers),
            Speeds = TermView.Of(price.Speeds),
            Geographies = TermView.Of(price.Geographies),
        };
}

public sealed record LongContextView(
    long AboveInputTokens,
    decimal InputPerMTok,
    decimal OutputPerMTok,
    decimal? CachedInputPerMTok,
    decimal? CacheWritePerMTok,
    decimal? CacheWrite1hPerMTok
);

/// <summary>How a tier, speed or geography changes the prices: it multiplies them by <c>times</c>, or replaces them with <c>prices</c>.</summary>
/// <param name="Name">The name in the provider's answers.</param>
public sealed record TermView(string Name, decimal? Times, RatesView? Prices, string Source)
{
    internal static IReadOnlyList<TermView> Of(IReadOnlyDictionary<string, RateTerm>? terms) =>
        [.. (terms ?? new Dictionary<string, RateTerm>()).Select(term => Of(term.Key, term.Value))];

    private static TermView Of(string name, RateTerm term) =>
        new(name, term.Times, term.Rates is { } rates ? RatesView.Of(rates) : null, term.Source);
}

public sealed record RatesView(
    decimal InputPerMTok,
    decimal OutputPerMTok,
    decimal? CachedInputPerMTok,
    decimal? CacheWritePerMTok,
    decimal? CacheWrite1hPerMTok
)
{
    internal static RatesView Of(Rates rates) => new(rates.Input, rates.Output, rates.CachedInput, rates.CacheWrite, rates.CacheWrite1h);
}
