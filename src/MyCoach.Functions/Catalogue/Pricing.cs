using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>The tokens of one call. <see cref="Input"/> counts all input, cached reads and writes included.</summary>
internal readonly record struct TokenCounts(long Input, long Output, long CachedInput, long CacheWrite)
{
    public static TokenCounts operator +(TokenCounts left, TokenCounts right) =>
        checked(new(left.Input + right.Input, left.Output + right.Output, left.CachedInput + right.CachedInput, left.CacheWrite + right.CacheWrite));

    public static TokenCounts operator -(TokenCounts left, TokenCounts right) =>
        checked(new(left.Input - right.Input, left.Output - right.Output, left.CachedInput - right.CachedInput, left.CacheWrite - right.CacheWrite));
}

internal sealed class Pricing(ModelCatalogue catalogue)
{
    /// <summary>Null for a model without a price: it costs 0 and is marked, so that it never hides.</summary>
    /// <param name="model">The model that answered.</param>
    /// <param name="requestModel">The model that was asked for, whose price stands in where the other has none.</param>
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
            .Where(one => one.Charge.Count > 0)
            .ToArray();
        var estimated = answered is null || served.Estimated || charges.Any(one => one.Estimated);
        return new Receipt(known.Id, price.Source, price.EffectiveFrom, estimated, [.. charges.Select(one => one.Charge)]) { Terms = served.Terms };
    }

    // Served as the whole call was. A model without a price lends that of the one that answered.
    private IEnumerable<(Charge Charge, bool Estimated)> PartCharges(Model answered, CallPart part, DateOnly day, CallTerms terms)
    {
        var model = catalogue.Find(answered.Provider, part.Model);
        var served = ServedRates.Of(answered.Provider, (model ?? answered).PriceOn(day), part.Tokens.Input, terms);
        return TokenCharges(served.Rates, part.Tokens, part.CacheWrite1h)
            .Select(one => (one.Charge, one.Estimated || model is null || served.Estimated));
    }

    // Assumed so that a cost is never too low: a cached token costs no more than a fresh one, a written one no more than twice.
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
