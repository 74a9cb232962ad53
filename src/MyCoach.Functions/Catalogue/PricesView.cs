namespace MyCoach.Catalogue;

/// <summary>Prices in cents per million tokens; one that no source states is null.</summary>
public record PricesView(
    decimal InputPerMTok,
    decimal OutputPerMTok,
    decimal? CachedInputPerMTok,
    decimal? CacheWritePerMTok,
    decimal? CacheWrite1hPerMTok
)
{
    /// <summary>What a request costs in whole once its input, cached tokens included, is over a threshold.</summary>
    public LongContextView? LongContext { get; init; }

    /// <summary>What service tiers other than the standard one cost. OpenAI's <c>fast</c> is its <c>priority</c>.</summary>
    public required IReadOnlyList<TermView> Tiers { get; init; }

    /// <summary>What speeds other than the standard one cost.</summary>
    public required IReadOnlyList<TermView> Speeds { get; init; }

    /// <summary>What it costs to keep a call to a geography.</summary>
    public required IReadOnlyList<TermView> Geographies { get; init; }

    internal static PricesView Of(DatedPrice price) =>
        new(price.Input, price.Output, price.CachedInput, price.CacheWrite, price.CacheWrite1h)
        {
            LongContext = price.LongContext is { } dearer
                ? new(dearer.AboveInputTokens, dearer.Input, dearer.Output, dearer.CachedInput, dearer.CacheWrite, dearer.CacheWrite1h)
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

/// <summary>What a way of serving makes of the prices: so many <c>times</c> them, else prices of its own.</summary>
/// <param name="Name">As the provider's answers name it.</param>
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
