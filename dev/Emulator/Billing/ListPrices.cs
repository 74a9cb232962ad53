using System.Text.RegularExpressions;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>
/// The providers' own prices, on purpose not those of MyCoach: a comparison with itself would always agree. Every model
/// has a price, because a provider serves none for free.
/// </summary>
internal static partial class ListPrices
{
    private const decimal PerWebSearch = 0.01m;
    private const decimal Million = 1_000_000m;

    // Dollars per million tokens: input, output, cached input, cache write, cache write for an hour.
    private static readonly Dictionary<string, ListPrice> Prices = new()
    {
        ["claude-haiku-5-5"] = new(0.1m, 0.5m, 0.01m, 0.125m, 0.2m, 100_000, 5, 5),
        ["claude-sonnet-5-5"] = new(2, 10, 0.1m, 2.5m, 4),
        ["claude-opus-5-5"] = new(4, 20, 0.2m, 5, 8),
        ["claude-fable-5-1"] = new(10, 50, 0.25m, 12.5m, 20),
        ["claude-opus-5"] = new(5, 25, 0.5m, 6.25m, 10),
        ["claude-opus-4-8"] = new(5, 25, 0.5m, 6.25m, 10),
        ["claude-sonnet-5"] = new(2, 10, 0.2m, 2.5m, 4),
        ["claude-haiku-4-5"] = new(1, 5, 0.1m, 1.25m, 2),
        ["claude-sonnet-4-6"] = new(3, 15, 0.3m, 3.75m, 6),
        ["claude-sonnet-4-5"] = new(3, 15, 0.3m, 3.75m, 6, 200_000, 2, 1.5m),
        ["claude-sonnet-4"] = new(3, 15, 0.3m, 3.75m, 6),
        ["gpt-6.1-terra"] = new(1, 5, 0.05m, 1.25m, 1.25m, 272_000, 2, 1.5m),
        ["gpt-6.1-sol"] = new(2, 10, 0.1m, 2.5m, 2.5m, 272_000, 2, 1.5m),
        ["gpt-6-sol"] = new(2, 10, 0.2m, 2.5m, 2.5m, 272_000, 2, 1.5m),
        ["gpt-6-luna"] = new(0.1m, 0.5m, 0.01m, 0.125m, 0.125m, 272_000, 2, 1.5m),
        ["gpt-5.6-luna"] = new(0.2m, 1.2m, 0.02m, 0.25m, 0.25m, 272_000, 2, 1.5m),
        ["gpt-5.4"] = new(2.5m, 15, 0.25m, 2.5m, 2.5m, 272_000, 2, 1.5m),
        ["gpt-5.4-mini"] = new(0.75m, 4.5m, 0.075m, 0.75m, 0.75m),
        ["gpt-5"] = new(1.25m, 10, 0.125m, 1.25m, 1.25m),
        ["gpt-5-mini"] = new(0.25m, 2, 0.025m, 0.25m, 0.25m),
        ["gpt-4.1"] = new(2, 8, 0.5m, 2, 2),
        ["gpt-4o"] = new(2.5m, 10, 1.25m, 2.5m, 2.5m),
        ["gpt-4o-mini"] = new(0.15m, 0.6m, 0.075m, 0.15m, 0.15m),
        ["text-embedding-3-large"] = new(0.13m, 0, 0.13m, 0.13m, 0.13m),
        ["text-embedding-3-small"] = new(0.02m, 0, 0.02m, 0.02m, 0.02m),
    };

    private static readonly ListPrice OfOtherModels = new(1, 4, 0.1m, 1.25m, 2);

    /// <summary>In dollars, of one token or search, before rebates.</summary>
    public static decimal Of(BilledCall call, BilledKey key, BilledKind kind)
    {
        if (kind is BilledKind.WebSearch)
            return PerWebSearch;
        var price = Prices.GetValueOrDefault(Date().Replace(call.Model, ""), OfOtherModels);
        return price.Of(kind, call.PromptTokens) / Million * TimesOf(call, key);
    }

    private static decimal TimesOf(BilledCall call, BilledKey key)
    {
        var times = call.Tier switch
        {
            "flex" or "batch" => 0.5m,
            "priority" => 2,
            _ => 1,
        };
        return key.IsAnthropic && call.Geography is "us" ? times * 1.1m : times;
    }

    [GeneratedRegex(@"-\d{8}$|-\d{4}-\d{2}-\d{2}$")]
    private static partial Regex Date();

    private readonly record struct ListPrice(
        decimal Input,
        decimal Output,
        decimal CachedInput,
        decimal CacheWrite,
        decimal CacheWrite1h,
        long LongAbove = long.MaxValue,
        decimal LongInputTimes = 1,
        decimal LongOutputTimes = 1
    )
    {
        public decimal Of(BilledKind kind, long promptTokens)
        {
            var isLong = promptTokens > LongAbove;
            return kind switch
            {
                BilledKind.Output => Output * (isLong ? LongOutputTimes : 1),
                BilledKind.CachedInput => CachedInput * (isLong ? LongInputTimes : 1),
                BilledKind.CacheWrite => CacheWrite * (isLong ? LongInputTimes : 1),
                BilledKind.CacheWrite1h => CacheWrite1h * (isLong ? LongInputTimes : 1),
                _ => Input * (isLong ? LongInputTimes : 1),
            };
        }
    }
}
