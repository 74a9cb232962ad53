using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Prices;

/// <summary>The rules of single rates. All are cents per million tokens, or per use of a tool.</summary>
internal static class RateChecks
{
    public const int MaxTimes = 100;

    private const decimal MaxCents = 10_000_000;

    // A pico-dollar is this small a part of a cent, per token and per use.
    private const int TokenDecimals = 4;
    private const int UseDecimals = 10;

    public static void Check(Rates rates, string path, FieldErrors errors)
    {
        Require(rates.Input, $"{path}.input", errors);
        Require(rates.Output, $"{path}.output", errors);
        Require(rates.CachedInput, $"{path}.cachedInput", errors);
        Require(rates.CacheWrite, $"{path}.cacheWrite", errors);
        Require(rates.CacheWrite1h, $"{path}.cacheWrite1h", errors);
        Require(rates.CacheWrite12h, $"{path}.cacheWrite12h", errors);
        Require(rates.AudioInput, $"{path}.audioInput", errors);
        Require(rates.AudioOutput, $"{path}.audioOutput", errors);
    }

    public static void Require(decimal? cents, string path, FieldErrors errors) =>
        Require(cents, TokenDecimals, path, errors);

    public static void RequireUse(decimal cents, string path, FieldErrors errors) =>
        Require(cents, UseDecimals, path, errors);

    private static void Require(decimal? cents, int decimals, string path, FieldErrors errors) =>
        errors.Require(
            cents is not { } rate || (rate is >= 0 and <= MaxCents && decimal.Round(rate, decimals) == rate),
            path,
            $"must be a number of cents from 0 to {MaxCents}, with at most {decimals} decimals"
        );
}
