namespace MyCoach.Catalogue;

/// <summary>Rates in cents per million tokens. A cache or audio rate is null if no source states it.</summary>
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

    /// <summary>What an unknown rate of audio counts as: this many times the rate of text, more than any model's.</summary>
    public const decimal UnknownAudioInputFactor = 70;
    public const decimal UnknownAudioOutputFactor = 35;

    public decimal? AudioInput { get; init; }

    public decimal? AudioOutput { get; init; }

    public Rates Multiply(decimal times) =>
        new(
            Input * times,
            Output * times,
            CachedInput * times,
            CacheWrite * times,
            CacheWrite1h * times,
            CacheWrite12h * times
        )
        {
            AudioInput = AudioInput * times,
            AudioOutput = AudioOutput * times,
        };
}
