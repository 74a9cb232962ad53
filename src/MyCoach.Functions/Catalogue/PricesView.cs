namespace MyCoach.Catalogue;

/// <summary>Prices in cents per million tokens. A price is null if no source states it.</summary>
public record PricesView(
    decimal InputPerMTok,
    decimal OutputPerMTok,
    decimal? CachedInputPerMTok,
    decimal? CacheWritePerMTok,
    decimal? CacheWrite1hPerMTok,
    decimal? CacheWrite12hPerMTok
)
{
    /// <summary>The price of audio that the model hears; null if it hears none.</summary>
    public decimal? AudioInputPerMTok { get; init; }

    /// <summary>The price of audio that the model speaks; null if it speaks none.</summary>
    public decimal? AudioOutputPerMTok { get; init; }

    /// <summary>The prices of its fine-tuned versions; null if they have no price.</summary>
    public FineTunedView? FineTuned { get; init; }

    /// <summary>The prices of the whole request if its input, cached tokens included, is above the threshold.</summary>
    public LongContextView? LongContext { get; init; }

    /// <summary>
    /// Prices of service tiers other than the standard one. OpenAI's <c>fast</c> is listed as <c>priority</c>.
    /// </summary>
    public required IReadOnlyList<TermView> Tiers { get; init; }

    /// <summary>Prices of speeds other than the standard one.</summary>
    public required IReadOnlyList<TermView> Speeds { get; init; }

    /// <summary>Prices of calls that are restricted to a geography. <c>any</c> is every geography not listed.</summary>
    public required IReadOnlyList<TermView> Geographies { get; init; }

    internal static PricesView Of(DatedPrice price) =>
        new(price.Input, price.Output, price.CachedInput, price.CacheWrite, price.CacheWrite1h, price.CacheWrite12h)
        {
            AudioInputPerMTok = price.AudioInput,
            AudioOutputPerMTok = price.AudioOutput,
            FineTuned = price.FineTuned is { } tuned
                ? new(tuned.Input, tuned.Output, tuned.CachedInput, tuned.Source, tuned.Confirmed)
                : null,
            LongContext = price.LongContext is { } longer
                ? new(
                    longer.AboveInputTokens,
                    longer.Input,
                    longer.Output,
                    longer.CachedInput,
                    longer.CacheWrite,
                    longer.CacheWrite1h,
                    longer.CacheWrite12h
                )
                : null,
            Tiers = TermView.Of(price.Tiers),
            Speeds = TermView.Of(price.Speeds),
            Geographies = TermView.Of(price.Geographies),
        };
}
