using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>The tokens of one call. <see cref="Input"/> includes cached reads and cache writes.</summary>
internal readonly record struct TokenCounts(long Input, long Output, long CachedInput, long CacheWrite)
{
    public static TokenCounts operator +(TokenCounts left, TokenCounts right) =>
        checked(new(left.Input + right.Input, left.Output + right.Output, left.CachedInput + right.CachedInput, left.CacheWrite + right.CacheWrite));

    public static TokenCounts operator -(TokenCounts left, TokenCounts right) =>
        checked(new(left.Input - right.Input, left.Output - right.Output, left.CachedInput - right.CachedInput, left.CacheWrite - right.CacheWrite));
}

internal sealed class Pricing(ModelCatalogue catalogue)
{
    /// <summary>Prices a call at the rates of its day. Null if the model has no price; such a call is recorded at 0 and marked unpriced.</summary>
    /// <param name="model">The model that answered.</param>
    /// <param name="requestModel">The requested model; its price is used if the model that answered has none.</param>
    public Receipt? Price(
        Provider provider,
        string model,
        TokenCounts tokens,
        DateTimeOffset at,
        CallTerms? terms = null,
        string? requestModel = null
    )
    {
        var answered = catalogue.Find(provider, model);
        if ((answered ?? (requestModel is null ? null : catalogue.Find(provider, requestModel))) is not { } known)
        {
            return null;
        }
        terms ??= CallTerms.Standard;
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        var price = known.PriceOn(day);
        var own = terms.OtherParts.Aggregate(tokens, (rest, part) => rest - part.Tokens);
        var served = ServedRates.Of(provider, price, own.Input, terms);
        var charges = TokenCharges(served.Rates, own, terms.CacheWrite1h)
            .Concat(terms.OtherParts.SelectMany(part => PartCharges(known, part, day, terms)))
            .Concat(UseCharges(known, day, terms))
            .Where(line => line.Charge.Count > 0)
            .ToArray();
        var estimated = answered is null || served.Estimated || charges.Any(line => line.Estimated);
        return new Receipt(known.Id, price.Source, price.EffectiveFrom, estimated, [.. charges.Select(line => line.Charge)]) { Terms = served.Terms };
    }

    // The tier, speed and geography of the whole call apply to each part. A part whose model has no price uses the price of the model that answered.
    private IEnumerable<(Charge Charge, bool Estimated)> PartCharges(Model answered, CallPart part, DateOnly day, CallTerms terms)
    {
        var model = catalogue.Find(answered.Provider, part.Model);
        var served = ServedRates.Of(answered.Provider, (model ?? answered).PriceOn(day), part.Tokens.Input, terms);
        return TokenCharges(served.Rates, part.Tokens, part.CacheWrite1h)
            .Select(line => (line.Charge, line.Estimated || model is null || served.Estimated));
    }

    // If a cache rate is unknown, assume one that is never too low: the input rate for cached reads, twice the input rate for cache writes.
    private static (Charge Charge, bool Estimated)[] TokenCharges(Rates rates, TokenCounts tokens, long cacheWrite1h)
    {
        var hour = Math.Clamp(cacheWrite1h, 0, tokens.CacheWrite);
        return
        [
            (new("input", tokens.Input - tokens.CachedInput - tokens.CacheWrite, rates.Input), false),
            (new("cachedInput", tokens.CachedInput, rates.CachedInput ?? rates.Input), rates.CachedInput is null),
            (new("cacheWrite", tokens.CacheWrite - hour, rates.CacheWrite ?? (2 * rates.Input)), rates.CacheWrite is null),
            (new("cacheWrite1h", hour, rates.CacheWrite1h ?? (2 * rates.Input)), rates.CacheWrite1h is null),
            (new("output", tokens.Output, rates.Output), false),
        ];
    }

    private IEnumerable<(Charge Charge, bool Estimated)> UseCharges(Model model, DateOnly day, CallTerms terms)
    {
        (string Kind, long Uses)[] uses =
        [
            (Charge.WebSearch, terms.WebSearches),
            (Charge.FileSearch, terms.FileSearches),
            (Charge.CodeInterpreter, terms.CodeInterpreterSessions),
            (Charge.Image, terms.Images),
        ];
        return uses.Where(use => use.Uses > 0)
            .Select(use =>
            {
                var (cents, estimated) = catalogue.CentsPerUse(model, use.Kind, day);
                return (new Charge(use.Kind, use.Uses, cents), estimated);
            });
    }
}
