using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Providers;

namespace MyCoach.Prices;

/// <summary>
/// What the price of a chat model must state, so that no call under a strict budget can cost more than its bound: the
/// program would otherwise assume one rate for the bound and another for the charge.
/// </summary>
internal static class BoundChecks
{
    private const string Usual = "us";

    private static readonly (string Name, Func<Rates, decimal?> Of)[] Kinds =
    [
        ("cacheWrite", rates => rates.CacheWrite),
        ("cacheWrite1h", rates => rates.CacheWrite1h),
        ("cacheWrite12h", rates => rates.CacheWrite12h),
        ("audioInput", rates => rates.AudioInput),
        ("audioOutput", rates => rates.AudioOutput),
    ];

    public static void Check(Model model, DatedPrice price, string path, FieldErrors errors)
    {
        errors.Require(
            price.CacheWrite is not null,
            $"{path}.cacheWrite",
            "is required for a chat model; it is the input rate if the provider does not charge for writing"
        );
        errors.Require(
            model.ProviderId != Provider.Anthropic.Id || price.Geographies?.ContainsKey(Usual) == true,
            $"{path}.geographies",
            "must state us, where Anthropic may serve a call; times is 1 if it costs the same"
        );
        foreach (var (name, rates) in Variants(price))
        {
            foreach (var kind in Kinds)
            {
                errors.Require(
                    kind.Of(rates) is null == kind.Of(price) is null,
                    $"{path}.{name}.{kind.Name}",
                    "must be stated if the price states it, and only then"
                );
            }
        }
    }

    private static IEnumerable<(string Name, Rates Rates)> Variants(DatedPrice price)
    {
        if (price.LongContext is { } longer)
        {
            yield return ("longContext", longer);
        }
        foreach (
            var (group, terms) in new[]
            {
                ("tiers", price.Tiers),
                ("speeds", price.Speeds),
                ("geographies", price.Geographies),
            }
        )
        {
            foreach (var (name, term) in terms ?? new Dictionary<string, RateTerm>())
            {
                if (term?.Rates is { } rates)
                {
                    yield return ($"{group}.{name}.rates", rates);
                }
            }
        }
    }
}
