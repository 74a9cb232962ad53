using MyCoach.Providers;

namespace MyCoach.Catalogue;

internal sealed class Pricing(ModelCatalogue catalogue)
{
    // Since this day Anthropic charges nothing for a refusal before any output (platform.claude.com release notes).
    private static readonly DateOnly RefusalsAreFree = new(2026, 6, 2);

    /// <summary>
    /// Prices a call at the rates of its day. Null if the model has no price; such a call is recorded at 0 and marked
    /// unpriced.
    /// </summary>
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
        var areFree = provider == Provider.Anthropic && day >= RefusalsAreFree;
        var charges = (areFree && terms.IsRefused ? [] : TokenCharges(served.Rates, own, terms))
            .Concat(
                terms
                    .OtherParts.Where(part => !(areFree && part.IsRefused))
                    .SelectMany(part => PartCharges(known, part, day, terms))
            )
            .Concat(new ToolCharges(catalogue, known, day).Of(terms))
            .Where(line => line.Charge.Count > 0)
            .ToArray();
        var estimated =
            answered is null || price.IsEstimatedOn(day) || served.Estimated || charges.Any(line => line.Estimated);
        return new Receipt(
            known.Id,
            price.Source,
            price.EffectiveFrom,
            estimated,
            [.. charges.Select(line => line.Charge)]
        )
        {
            Terms =
                areFree && (terms.IsRefused || terms.OtherParts.Any(part => part.IsRefused))
                    ? [.. served.Terms, Receipt.Refusal]
                    : served.Terms,
            Version = catalogue.Version,
        };
    }

    // The tier, speed and geography of the whole call apply to each part. A part whose model has no price uses the
    // price of the model that answered.
    private IEnumerable<(Charge Charge, bool Estimated)> PartCharges(
        Model answered,
        CallPart part,
        DateOnly day,
        CallTerms terms
    )
    {
        var model = catalogue.Find(answered.Provider, part.Model);
        var price = (model ?? answered).PriceOn(day);
        var served = ServedRates.Of(answered.Provider, price, part.Tokens.Input, terms);
        var isEstimated = model is null || price.IsEstimatedOn(day) || served.Estimated;
        return TokenCharges(served.Rates, part.Tokens, new CallTerms { CacheWrite1h = part.CacheWrite1h })
            .Select(line => (line.Charge, line.Estimated || isEstimated));
    }

    // If a cache or audio rate is unknown, assume one that is never too low.
    private static (Charge Charge, bool Estimated)[] TokenCharges(Rates rates, TokenCounts tokens, CallTerms terms)
    {
        var half = Math.Clamp(terms.CacheWrite12h, 0, tokens.CacheWrite);
        var hour = Math.Clamp(terms.CacheWrite1h, 0, tokens.CacheWrite - half);
        var fresh = tokens.Input - tokens.CachedInput - tokens.CacheWrite;
        // No answer states how many of the cached tokens are audio. Without a rate for cached input, they cost what audio
        // costs.
        var audible = fresh + (rates.CachedInput is null ? tokens.CachedInput : 0);
        var heard = Math.Clamp(terms.AudioInput, 0, audible);
        var spoken = Math.Clamp(terms.AudioOutput, 0, tokens.Output);
        var text = Math.Max(0, fresh - heard);
        var cached = tokens.CachedInput - (heard + text - fresh);
        return
        [
            (new(Charge.Input, text, rates.Input), false),
            (
                new(Charge.AudioInput, heard, rates.AudioInput ?? (Rates.UnknownAudioInputFactor * rates.Input)),
                rates.AudioInput is null || heard > fresh
            ),
            Known(Charge.CachedInput, cached, rates.CachedInput, rates.Input),
            Written(Charge.CacheWrite, tokens.CacheWrite - hour - half, rates.CacheWrite),
            Written(Charge.CacheWrite1h, hour, rates.CacheWrite1h),
            Known(Charge.CacheWrite12h, half, rates.CacheWrite12h, Rates.UnknownCacheWrite12hFactor * rates.Input),
            (new(Charge.Output, tokens.Output - spoken, rates.Output), false),
            Known(Charge.AudioOutput, spoken, rates.AudioOutput, Rates.UnknownAudioOutputFactor * rates.Output),
        ];

        (Charge, bool) Written(string kind, long count, decimal? rate) =>
            Known(kind, count, rate, Rates.UnknownCacheWriteFactor * rates.Input);

        (Charge, bool) Known(string kind, long count, decimal? rate, decimal assumed) =>
            (new(kind, count, rate ?? assumed), rate is null);
    }
}
