using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>The rates of a call as it was served: what its tier, its speed and its geography make of the listed ones.</summary>
/// <param name="Terms">Those that changed the rates, as the answer names them.</param>
/// <param name="Estimated">Whether the data does not know one of them for this model.</param>
internal sealed record ServedRates(Rates Rates, IReadOnlyList<string> Terms, bool Estimated)
{
    // The dearest that is known of any model: what is not known costs no less, so that a cost is never too low.
    public const decimal DearestTier = 2.5m;
    public const decimal Ultrafast = 6;
    public const decimal DearestSpeed = 6;
    public const decimal DearestGeography = 1.1m;

    private static readonly string[] StandardTiers = ["default", "standard", "auto"];
    private static readonly string[] StandardSpeeds = ["standard"];
    private static readonly string[] StandardGeographies = ["global", "not_available"];

    public static ServedRates Of(Provider provider, DatedPrice price, long inputTokens, CallTerms terms) =>
        new ServedRates(price.For(inputTokens), [], Estimated: false)
            .Under(terms.ServiceTier, StandardTiers, price.Tier, tier => AssumedTier(provider, tier))
            .Under(terms.Speed, StandardSpeeds, price.Speed, _ => DearestSpeed)
            .Under(terms.Geography, StandardGeographies, price.Geography, _ => DearestGeography);

    // Every other tier is a discount, or capacity that is paid for in advance: it costs no more than is listed.
    private static decimal AssumedTier(Provider provider, string tier) =>
        (provider == Provider.OpenAi, tier) switch
        {
            (true, "priority" or "fast") => DearestTier,
            (true, "ultrafast") => Ultrafast,
            _ => 1,
        };

    private ServedRates Under(string? name, string[] standard, Func<string, RateTerm?> find, Func<string, decimal> assume)
    {
        var term = name?.ToLowerInvariant() ?? "";
        if (term.Length == 0 || standard.Contains(term))
        {
            return this;
        }
        if (find(term) is { } known)
        {
            return this with { Rates = known.Apply(Rates), Terms = [.. Terms, term] };
        }
        var times = assume(term);
        return new ServedRates(Rates.Multiply(times), times == 1 ? Terms : [.. Terms, term], Estimated: true);
    }
}
