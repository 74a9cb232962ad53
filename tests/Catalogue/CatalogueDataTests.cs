using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Tests.Catalogue;

/// <summary>What the prices that are data promise to the code that reads them.</summary>
public sealed class CatalogueDataTests
{
    private const string Ultrafast = "ultrafast";

    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Embedded;

    private static IEnumerable<DatedPrice> Prices => Catalogue.All.SelectMany(model => model.Prices);

    [Fact]
    public void Every_price_has_a_source_and_a_day_of_checking()
    {
        IEnumerable<(string Source, DateOnly? CheckedOn)> sources =
        [
            .. Prices.Select(price => (price.Source, (DateOnly?)price.CheckedOn)),
            .. Prices.SelectMany(Terms).Select(term => (term.Source, (DateOnly?)null)),
            .. Prices
                .Select(price => price.FineTuned)
                .OfType<FineTunedRates>()
                .Select(own => (own.Source, (DateOnly?)null)),
            .. Catalogue.Tools.SelectMany(tool => tool.Prices).Select(own => (own.Source, (DateOnly?)own.CheckedOn)),
            .. Catalogue
                .ImageModels.SelectMany(own => own.Prices)
                .Select(own => (own.Source, (DateOnly?)own.CheckedOn)),
            .. Catalogue
                .All.Where(own => own.RetiresOn is not null)
                .Select(own => (own.RetirementSource!, (DateOnly?)null)),
        ];
        Assert.All(
            sources,
            entry =>
            {
                Assert.True(
                    entry.Source == "seed"
                        || (Uri.TryCreate(entry.Source, UriKind.Absolute, out var uri) && uri.Scheme == "https"),
                    entry.Source
                );
                Assert.True(entry.CheckedOn is null || entry.CheckedOn >= new DateOnly(2026, 11, 22));
            }
        );
    }

    [Fact]
    public void Each_price_takes_effect_after_the_one_before()
    {
        Assert.All(Catalogue.All, model => Ascend(model.Prices.Select(price => price.EffectiveFrom)));
        Assert.All(Catalogue.Tools, tool => Ascend(tool.Prices.Select(price => price.EffectiveFrom)));
        Assert.All(Catalogue.ImageModels, model => Ascend(model.Prices.Select(price => price.EffectiveFrom)));
        Assert.All(
            Prices,
            price => Assert.True(price.EffectiveUntil is null || price.EffectiveUntil >= price.EffectiveFrom)
        );

        static void Ascend(IEnumerable<DateOnly> days) => Assert.Equal(days.Distinct().Order(), days);
    }

    [Fact]
    public void Every_id_and_alias_is_a_name_of_its_model_only()
    {
        foreach (var provider in Provider.All)
        {
            var models = Catalogue.All.Where(model => model.Provider == provider).ToArray();
            var names = models.SelectMany(model => model.Aliases.Prepend(model.Id), (model, name) => (model, name));
            Assert.Equal(names.Count(), names.Select(pair => pair.name.ToLowerInvariant()).Distinct().Count());
            Assert.All(names, pair => Assert.Same(pair.model, Catalogue.Find(provider, pair.name)));
            // Nothing is known by a beginning of its name, or by more than its name.
            Assert.All(
                names,
                pair =>
                {
                    Assert.Null(Catalogue.Find(provider, $"{pair.name}-x"));
                    Assert.Null(Catalogue.Find(provider, $"{pair.name}9"));
                }
            );
        }
    }

    [Fact]
    public void Every_model_has_a_kind_and_only_moderation_is_free()
    {
        Assert.All(
            Catalogue.All,
            model => Assert.Contains(model.Kind, new[] { Model.Chat, Model.Embedding, Model.Moderation })
        );
        Assert.All(
            Catalogue.All,
            model => Assert.All(model.Prices, price => Assert.Equal(model.Kind == Model.Moderation, price.Input == 0))
        );
    }

    [Fact]
    public void A_model_that_speaks_has_no_rates_that_would_take_the_place_of_its_audio() =>
        Assert.All(
            Prices.Where(price => price.AudioInput is not null || price.AudioOutput is not null),
            price =>
            {
                Assert.NotNull(price.AudioInput);
                Assert.NotNull(price.AudioOutput);
                Assert.Null(price.LongContext);
                Assert.All(Terms(price), term => Assert.Null(term.Rates));
            }
        );

    [Fact]
    public void A_token_costs_a_whole_number_of_pico_dollars_however_its_call_is_served()
    {
        foreach (var price in Prices)
        {
            var ways =
                from listed in new Rates?[] { price, price.LongContext, price.FineTuned }.OfType<Rates>()
                from tier in Factors(price.Tiers, ServedRates.HighestTierFactor)
                from speed in Factors(price.Speeds, ServedRates.HighestSpeedFactor)
                from geography in Factors(price.Geographies, ServedRates.HighestGeographyFactor)
                select geography.Apply(speed.Apply(tier.Apply(listed)));
            foreach (var rates in ways)
            {
                // A rate that no source states is assumed to be the input rate, or twice it.
                decimal?[] cents =
                [
                    rates.Input,
                    rates.Output,
                    rates.CachedInput,
                    rates.CacheWrite,
                    rates.CacheWrite1h,
                    rates.CacheWrite12h,
                    rates.AudioInput,
                    rates.AudioOutput,
                    Rates.UnknownCacheWrite12hFactor * rates.Input,
                ];
                Assert.All(
                    cents.OfType<decimal>(),
                    rate => Assert.True(rate >= 0 && decimal.IsInteger(rate * 10_000), $"{rate} of {price}")
                );
                Assert.True(rates.CachedInput is null || rates.CachedInput <= rates.Input);
            }
        }

        static IEnumerable<RateTerm> Factors(IReadOnlyDictionary<string, RateTerm>? known, decimal assumed) =>
            [new("", 1, null), new("", assumed, null), .. known?.Values ?? []];
    }

    [Fact]
    public void A_use_costs_a_whole_number_of_pico_dollars() =>
        Assert.All(
            Catalogue.Tools.SelectMany(tool => tool.Prices),
            price => Assert.True(decimal.IsInteger(price.CentsPerUse * 10_000_000_000))
        );

    [Fact]
    public void A_rate_that_would_not_be_whole_is_rounded_up()
    {
        Assert.Equal(new PicoUsd(2), PicoUsd.PerToken(0.00011m));
        Assert.Equal(new PicoUsd(1), PicoUsd.PerToken(0.0001m));
        Assert.Equal(new PicoUsd(2), PicoUsd.PerUse(0.00000000011m));
    }

    [Fact]
    public void A_service_tier_states_a_factor_or_rates_for_any_input()
    {
        Assert.All(Prices.SelectMany(Terms), term => Assert.True(term.Times is null != term.Rates is null));
        Assert.All(
            Prices.Where(price => Terms(price).Any(term => term.Rates is not null)),
            price => Assert.Null(price.LongContext)
        );
        // Own rates take the place of the listed ones, so nothing may have changed those before: tiers come first.
        Assert.All(
            Prices.SelectMany(price => Values(price.Speeds).Concat(Values(price.Geographies))),
            term => Assert.NotNull(term.Times)
        );
        Assert.All(Prices.SelectMany(Names), name => Assert.Equal(name.ToLowerInvariant(), name));
    }

    [Fact]
    public void Unknown_prices_are_assumed_to_be_the_highest_known()
    {
        Assert.Equal(ServedRates.HighestTierFactor, Dearest(price => Only(price, name => name != Ultrafast)));
        Assert.Equal(ServedRates.UltrafastFactor, Dearest(price => Only(price, name => name == Ultrafast)));
        Assert.Equal(
            Rates.UnknownCacheWrite12hFactor,
            Prices.Where(price => price.CacheWrite12h > 0).Max(price => price.CacheWrite12h / price.Input)
        );
        var audible = Prices.Where(price => price.AudioInput is not null);
        Assert.InRange(Rates.UnknownAudioInputFactor, audible.Max(price => price.AudioInput / price.Input)!.Value, 100);
        Assert.InRange(
            Rates.UnknownAudioOutputFactor,
            audible.Max(price => price.AudioOutput / price.Output)!.Value,
            100
        );
        Assert.Equal(ServedRates.HighestSpeedFactor, Dearest(price => price.Speeds));
        Assert.Equal(ServedRates.HighestGeographyFactor, Dearest(price => price.Geographies));

        static Dictionary<string, RateTerm> Only(DatedPrice price, Func<string, bool> isMeant) =>
            (price.Tiers ?? new Dictionary<string, RateTerm>()).Where(tier => isMeant(tier.Key)).ToDictionary();

        static decimal Dearest(Func<DatedPrice, IReadOnlyDictionary<string, RateTerm>?> terms) =>
            Prices
                .SelectMany(price => Values(terms(price)).Select(term => term.Apply(price).Input / price.Input))
                .Max();
    }

    [Fact]
    public void A_tools_price_for_some_models_precedes_the_general_one()
    {
        foreach (var tools in Catalogue.Tools.GroupBy(tool => (tool.Provider, tool.Kind)))
        {
            Assert.Single(tools, tool => tool.Models is null);
            Assert.Null(tools.Last().Models);
        }
        Assert.All(
            Catalogue.Tools.Where(tool => tool.Models is not null),
            tool => Assert.All(tool.Models!, model => Assert.Equal(model, Catalogue.Find(tool.Provider, model)?.Id))
        );
        Assert.All(Catalogue.Tools, tool => Assert.True(new Charge(tool.Kind, 1, 1).IsByUse));
        Assert.Contains(Catalogue.Tools, tool => tool.Provider == Provider.Anthropic);
    }

    [Fact]
    public void Every_image_model_has_the_same_qualities_and_sizes()
    {
        string[] sizes = ["1024x1024", "1024x1536", "1536x1024"];
        foreach (var price in Catalogue.ImageModels.SelectMany(model => model.Prices))
        {
            Assert.StartsWith("https://", price.Source, StringComparison.Ordinal);
            Assert.Equal(["low", "medium", "high"], price.Images.Keys);
            Assert.All(price.Images.Values, quality => Assert.Equal(sizes, quality.Keys));
            Assert.Equal(price.Images["high"].Values.Max(), price.Images.Values.Max(quality => quality.Values.Max()));
        }
        Assert.Contains(Catalogue.ImageModels, model => model.Id == ImageModel.Default);
    }

    private static IEnumerable<RateTerm> Values(IReadOnlyDictionary<string, RateTerm>? terms) => terms?.Values ?? [];

    private static IEnumerable<RateTerm> Terms(DatedPrice price) =>
        Values(price.Tiers).Concat(Values(price.Speeds)).Concat(Values(price.Geographies));

    private static IEnumerable<string> Names(DatedPrice price) =>
        new[] { price.Tiers, price.Speeds, price.Geographies }.SelectMany(terms => terms?.Keys ?? []);
}
