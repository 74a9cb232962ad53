using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>The tokens of one call. <see cref="Input"/> counts all input, cached reads and writes included.</summary>
internal readonly record struct TokenCounts(long Input, long Output, long CachedInput, long CacheWrite);

/// <summary>What a kind of token was charged at, in cents per million tokens.</summary>
internal sealed record Charge(string Kind, long Tokens, decimal CentsPerMTok)
{
    public PicoUsd Cost => PicoUsd.PerToken(CentsPerMTok) * Tokens;
}

/// <summary>A priced call: by kind of token, with where the prices come from.</summary>
/// <param name="Estimated">Whether a rate had to be assumed, because no source states it.</param>
internal sealed record Receipt(string Model, string Source, DateOnly EffectiveFrom, bool Estimated, IReadOnlyList<Charge> Charges)
{
    public PicoUsd Total => Charges.Aggregate(PicoUsd.Zero, (sum, charge) => sum + charge.Cost);
}

internal sealed class Pricing(ModelCatalogue catalogue)
{
    /// <summary>Null for a model without a price: it costs 0 and is marked, so that it never hides.</summary>
    public Receipt? Price(Provider provider, string model, TokenCounts tokens, DateTimeOffset at)
    {
        if (catalogue.Find(provider, model) is not { } known)
        {
            return null;
        }
        var price = known.PriceOn(DateOnly.FromDateTime(at.UtcDateTime));
        var rates = price.For(tokens.Input);
        // Assumed so that a cost is never too low: a cached token costs no more than a fresh one, a written one no more than twice.
        Charge[] charges =
        [
            new("input", tokens.Input - tokens.CachedInput - tokens.CacheWrite, rates.Input),
            new("cachedInput", tokens.CachedInput, rates.CachedInput ?? rates.Input),
            new("cacheWrite", tokens.CacheWrite, rates.CacheWrite ?? (2 * rates.Input)),
            new("output", tokens.Output, rates.Output),
        ];
        var estimated = (tokens.CachedInput > 0 && rates.CachedInput is null) || (tokens.CacheWrite > 0 && rates.CacheWrite is null);
        return new Receipt(known.Id, price.Source, price.EffectiveFrom, estimated, [.. charges.Where(charge => charge.Tokens > 0)]);
    }
}
