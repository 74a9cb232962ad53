using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>The rates of a bound: the highest that may apply to a call.</summary>
internal static class BoundRates
{
    // Assumed if the request does not choose: an OpenAI project's settings pick the tier, an Anthropic workspace's
    // settings pick the geography.
    private const string AssumedTier = "priority";

    /// <summary>The highest rates at which the provider may serve the call.</summary>
    public static Rates Of(Provider provider, DatedPrice price, long inputTokens, CostFactors factors)
    {
        // Tier and geography: the most expensive that the request permits. Speed: as requested.
        var tier =
            provider == Provider.OpenAi && factors is { Generates: true, ServiceTier: null or "auto" }
                ? AssumedTier
                : factors.ServiceTier;
        string?[] geographies =
            provider == Provider.OpenAi ? [factors.Region]
            : factors.Geography is { } pinned ? [pinned]
            : [null, .. price.Geographies?.Keys ?? []];
        // The provider may serve the call without the tier or with less input. Neither is always cheaper, so take the
        // maximum of all cases.
        return (
            from geography in geographies
            from served in new[] { tier, null }.Distinct()
            from tokens in new[] { inputTokens, 0 }
            select ServedRates
                .Of(
                    provider,
                    price,
                    tokens,
                    new CallTerms
                    {
                        ServiceTier = served,
                        Speed = factors.Speed,
                        Geography = geography,
                    }
                )
                .Rates
        ).Aggregate(Max);
    }

    /// <summary>The highest rate of an input token, in cents per million.</summary>
    public static decimal InputRate(Model model, Rates rates, CostFactors factors) =>
        Math.Max(TextRate(model, rates, factors), factors.IsInline ? 0 : rates.AudioInput ?? 0);

    /// <summary>The highest rate of an output token, in cents per million.</summary>
    public static decimal OutputRate(Rates rates, CostFactors factors) =>
        Math.Max(rates.Output, factors.AsksForAudio ? rates.AudioOutput ?? 0 : 0);

    private static decimal TextRate(Model model, Rates rates, CostFactors factors)
    {
        var is12h = factors.Declared.CachesFor12Hours;
        if (!factors.Generates || (HasFreeCacheWrites(model) && !is12h))
        {
            return rates.Input;
        }
        // The provider may cache any of the input, for an hour if the request asks for that. An unknown price counts as
        // twice the input rate.
        var write = rates.CacheWrite is > 0 and var known ? known : Rates.UnknownCacheWriteFactor * rates.Input;
        var hour = rates.CacheWrite1h is > 0 and var longer ? longer : Rates.UnknownCacheWriteFactor * rates.Input;
        var half = rates.CacheWrite12h is > 0 and var longest
            ? longest
            : Rates.UnknownCacheWrite12hFactor * rates.Input;
        return new[] { rates.Input, write, factors.CachesForAnHour ? hour : 0, is12h ? half : 0 }.Max();
    }

    private static Rates Max(Rates left, Rates right) =>
        new(
            Math.Max(left.Input, right.Input),
            Math.Max(left.Output, right.Output),
            CachedInput: null,
            Math.Max(left.CacheWrite ?? 0, right.CacheWrite ?? 0),
            Math.Max(left.CacheWrite1h ?? 0, right.CacheWrite1h ?? 0),
            Math.Max(left.CacheWrite12h ?? 0, right.CacheWrite12h ?? 0)
        )
        {
            AudioInput = Math.Max(left.AudioInput ?? 0, right.AudioInput ?? 0),
            AudioOutput = Math.Max(left.AudioOutput ?? 0, right.AudioOutput ?? 0),
        };

    // OpenAI charges for cache writes since GPT-5.6 (platform.openai.com/docs/guides/prompt-caching), but lists no
    // price for some of those models.
    private static bool HasFreeCacheWrites(Model model) =>
        model.Provider == Provider.OpenAi
        && model.Prices.All(price => price.CacheWrite is null)
        && !model.BaseId.StartsWith("gpt-6", StringComparison.Ordinal);
}
