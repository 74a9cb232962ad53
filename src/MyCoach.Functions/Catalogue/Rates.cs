namespace MyCoach.Catalogue;

/// <summary>Rates in cents per million tokens. A cache rate is null if no source states it.</summary>
internal record Rates(decimal Input, decimal Output, decimal? CachedInput, decimal? CacheWrite, decimal? CacheWrite1h)
{
    public Rates Multiply(decimal times) =>
        new(Input * times, Output * times, CachedInput * times, CacheWrite * times, CacheWrite1h * times);
}
