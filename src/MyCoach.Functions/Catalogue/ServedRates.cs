using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>The listed rates after applying the tier, speed and geography with which the call was served.</summary>
/// <param name="Terms">The terms that changed the rates, as named in the answer.</param>
/// <param name="Estimated">True if the catalogue has no confirmed price of a term for this model, so that a factor may
/// have been assumed.</param>
internal sealed record ServedRates(Rates Rates, IReadOnlyList<string> Terms, bool Estimated)
{
    // For an unknown term, assume the highest factor of any model in the catalogue, so that a cost is never too low.
    public const decimal HighestTierFactor = 2.5m;
    public const decimal UltrafastFactor = 6;
    public const decimal HighestSpeedFactor = 6;
    public const decimal HighestGeographyFactor = 1.1m;

    private static readonly string[] StandardTiers = ["default", "standard", "auto"];
    private static readonly string[] StandardSpeeds = ["standard"];
    private static readonly string[] StandardGeographies = ["global", "not_available"];

    public static ServedRates Of(Provider provider, DatedPrice price, long inputTokens, CallTerms terms) =>
        new ServedRates(price.For(inputTokens), [], Estimated: false)
            .WithTerm(terms.ServiceTier, StandardTiers, price.Tier, tier => AssumedTier(provider, tier))
            .WithTerm(terms.Speed, StandardSpeeds, price.Speed, _ => HighestSpeedFactor)
            .WithTerm(
                // OpenAI lists every model that costs more in a geography.
                provider == Provider.OpenAi
                && price.Geographies is null
                    ? null
                    : terms.Geography,
                StandardGeographies,
                price.Geography,
                _ => HighestGeographyFactor
            );

    // Every other tier is a discount or prepaid capacity, so it costs no more than the list price.
    private static decimal AssumedTier(Provider provider, string tier) =>
        (provider == Provider.OpenAi, tier) switch
        {
            (true, "priority" or "fast") => HighestTierFactor,
            (true, "ultrafast") => UltrafastFactor,
            _ => 1,
        };

    private ServedRates WithTerm(
        string? name,
        string[] standard,
        Func<string, RateTerm?> find,
        Func<string, decimal> assume
    )
    {
        var term = name?.ToLowerInvariant() ?? "";
        if (term.Length == 0 || standard.Contains(term))
        {
            return this;
        }
        if (find(term) is { } known)
        {
            return new ServedRates(known.Apply(Rates), [.. Terms, term], Estimated || !known.Confirmed);
        }
        var times = assume(term);
        return new ServedRates(Rates.Multiply(times), times == 1 ? Terms : [.. Terms, term], Estimated: true);
    }
}
