using System.Globalization;
using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Tests.Catalogue;

/// <summary>The book has the prices of <see cref="GoldenPrices"/>, and no others.</summary>
public sealed class GoldenPriceTests
{
    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Embedded;
    private static readonly Pricing Pricing = new(Catalogue);
    private static readonly string[] Kinds =
    [
        "input",
        "output",
        "cachedInput",
        "cacheWrite",
        "cacheWrite1h",
        "cacheWrite12h",
        "audioInput",
        "audioOutput",
    ];

    [Fact]
    public void Every_kind_of_token_of_every_model_costs_what_the_table_says()
    {
        foreach (var row in Rows(GoldenPrices.Tokens))
        {
            var (model, at) = (row[0], Day(row[1]));
            var price = Catalogue.Find(ProviderOf(model), model)!.PriceOn(DateOnly.FromDateTime(at.UtcDateTime));
            decimal?[] stated =
            [
                price.Input,
                price.Output,
                price.CachedInput,
                price.CacheWrite,
                price.CacheWrite1h,
                price.CacheWrite12h,
                price.AudioInput,
                price.AudioOutput,
            ];
            EqualsRow(row, [.. row[..2], .. stated.Select(cents => cents is { } known ? Show(known) : "-")]);
            var charged = ChargesOf(model, at);
            Assert.All(
                Kinds.Zip(row[2..]).Where(kind => kind.Second != "-"),
                kind => Assert.Equal((model, kind.First, kind.Second), (model, kind.First, Show(charged[kind.First])))
            );
        }
    }

    [Fact]
    public void The_table_has_every_price_of_the_book() =>
        Assert.Equal(
            Catalogue
                .All.SelectMany(model => model.Prices, (model, price) => $"{model.Id} {price.EffectiveFrom:yyyy-MM-dd}")
                .Order(),
            Rows(GoldenPrices.Tokens).Select(row => $"{row[0]} {row[1]}").Order()
        );

    [Fact]
    public void Every_term_changes_the_rates_as_the_table_says()
    {
        foreach (var row in Rows(GoldenPrices.Terms))
        {
            var (name, isLong) = (row[2], row[2] == "long");
            var isTier = name is "flex" or "priority" or "ultrafast" || (name == "fast" && IsOpenAi(row[0]));
            var terms = new CallTerms
            {
                ServiceTier = isTier ? name : null,
                Speed = name == "fast" && !isTier ? name : null,
                Geography = name is "us" or "eu" ? name : null,
            };
            var receipt = Pricing.Price(
                ProviderOf(row[0]),
                row[0],
                new TokenCounts(isLong ? 272_001 : 1_000, 1_000, 0, 0),
                Day(row[1]),
                terms
            )!;
            Assert.Equal(
                (string.Join(' ', row[..3]), isLong ? "" : name),
                (string.Join(' ', row[..3]), string.Join(' ', receipt.Terms))
            );
            EqualsRow(row, [.. row[..3], Show(receipt.Charges[0].Cents), Show(receipt.Charges[^1].Cents)]);
        }
    }

    [Fact]
    public void The_table_has_every_tier_and_speed_of_the_newest_price_of_each_model() =>
        Assert.Empty(
            Catalogue
                .All.Select(model => (model.Id, Price: model.PriceOn(new DateOnly(2026, 11, 27))))
                .SelectMany(
                    model => (model.Price.Tiers?.Keys ?? []).Concat(model.Price.Speeds?.Keys ?? []),
                    (model, name) => $"{model.Id} {name}"
                )
                .Except(
                    Rows(GoldenPrices.Terms)
                        .Select(row => $"{row[0]} {(row[2] == "fast" && IsOpenAi(row[0]) ? "priority" : row[2])}")
                )
        );

    [Fact]
    public void A_fine_tuned_model_costs_what_the_table_says()
    {
        foreach (var row in Rows(GoldenPrices.FineTuned))
        {
            var name = $"ft:{row[0]}:acme:coach:abc123";
            var receipt = Pricing.Price(Provider.OpenAi, name, new TokenCounts(3, 1, 1, 0), Day("2026-11-27"))!;
            Assert.Equal(name, receipt.Model);
            EqualsRow(
                row,
                [
                    row[0],
                    Show(receipt.Charges[0].Cents),
                    Show(receipt.Charges[^1].Cents),
                    receipt.Estimated ? "-" : Show(receipt.Charges[1].Cents),
                ]
            );
        }
        Assert.Equal(
            Rows(GoldenPrices.FineTuned).Length,
            Catalogue.All.Count(model => model.Prices.Any(price => price.FineTuned is not null))
        );
    }

    [Fact]
    public void A_use_of_a_tool_costs_what_the_table_says()
    {
        foreach (var row in Rows(GoldenPrices.Tools))
        {
            var model = Catalogue.Find(Provider.Find(row[0])!, row[2])!;
            EqualsRow(row, [.. row[..3], Show(Catalogue.CentsPerUse(model, row[1], new DateOnly(2026, 11, 27)).Cents)]);
        }
        Assert.Equal(
            Catalogue.Tools.Select(tool => $"{tool.ProviderId} {tool.Kind}").Distinct().Order(),
            Rows(GoldenPrices.Tools).Select(row => $"{row[0]} {row[1]}").Distinct().Order()
        );
    }

    // The cents of 100 tokens of each kind, far from any threshold of long input.
    private static Dictionary<string, decimal> ChargesOf(string model, DateTimeOffset at)
    {
        var (text, audio) = (
            Price(new(600, 100, 100, 300), new() { CacheWrite1h = 100, CacheWrite12h = 100 }),
            Price(new(100, 100, 0, 0), new() { AudioInput = 100, AudioOutput = 100 })
        );
        return text
            .Charges.Concat(audio.Charges)
            .Where(charge => !charge.IsByUse)
            .ToDictionary(charge => charge.Kind, charge => charge.Cents);

        Receipt Price(TokenCounts tokens, CallTerms terms) =>
            Pricing.Price(ProviderOf(model), model, tokens, at, terms)!;
    }

    private static void EqualsRow(string[] expected, string[] actual) =>
        Assert.Equal(string.Join(' ', expected), string.Join(' ', actual));

    private static string Show(decimal cents) => cents.ToString("0.####", CultureInfo.InvariantCulture);

    private static string[][] Rows(string table) =>
        [.. table.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];

    private static DateTimeOffset Day(string day) =>
        new(DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture), TimeOnly.MinValue, TimeSpan.Zero);

    private static bool IsOpenAi(string model) => ProviderOf(model) == Provider.OpenAi;

    private static Provider ProviderOf(string model) =>
        model.StartsWith("claude", StringComparison.Ordinal) ? Provider.Anthropic : Provider.OpenAi;
}
