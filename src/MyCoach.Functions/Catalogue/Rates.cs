namespace MyCoach.Catalogue;

/// <summary>Rates in cents per million tokens. A cache rate is null if no source states it.</summary>
internal record Rates(
    decimal Input,
    decimal Output,
    decimal? CachedInput = null,
    decimal? CacheWrite = null,
    decimal? CacheWrite1h = null,
    decimal? CacheWrite12h = null
)
{
    /// <summary>What an unknown rate counts as: this many times the input rate, so that a cost is never too low.</summary>
    public const decimal UnknownCacheWriteFactor = 2;
    public const decimal UnknownCacheWrite12hFactor = 2.5m;

    public Rates Multiply(decimal times) =>
        new(
            Input * times,
            Output * times,
            CachedInput * times,
            CacheWrite * times,
            CacheWrite1h * times,
            CacheWrite12h * times
        );
}
