using System.Globalization;
using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Tests.Catalogue;

/// <summary>Prices that were once wrong here, or that other price lists have wrong.</summary>
public sealed class CorrectedPriceTests
{
    private const string Today = "2026-11-27";

    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Embedded;
    private static readonly Pricing Pricing = new(Catalogue);

    // Input, cached input, cache write, output.
    [Theory]
    [InlineData("2026-08-20", 1_000, 500, 50, 625, 3000)]
    [InlineData("2026-08-21", 1_000, 400, 40, 500, 2000)]
    [InlineData("2026-08-21", 272_001, 800, 80, 1000, 3000)]
    public void Sol_5_6_costs_less_since_the_21st_of_August(
        string day,
        long input,
        decimal fresh,
        decimal cached,
        decimal written,
        decimal output
    )
    {
        var receipt = Price("gpt-5.6-sol", day, new TokenCounts(input, 1, 1, 1));
        Assert.Equal([fresh, cached, written, output], receipt.Charges.Select(charge => charge.Cents));
    }

    [Theory]
    [InlineData("2026-11-21", false)]
    [InlineData("2026-11-22", true)]
    public void After_its_last_confirmed_day_a_price_applies_as_an_estimate(string day, bool estimated) =>
        Assert.Equal((400, estimated), Shown(Price("gpt-5.6-sol", day)));

    [Theory]
    [InlineData("flex", 50)]
    [InlineData("fast", 200)]
    public void Terra_6_1_has_tiers(string tier, decimal cents) =>
        Assert.Equal((cents, false), Shown(Price("gpt-6.1-terra", Today, new() { ServiceTier = tier })));

    [Theory]
    [InlineData("gpt-6.1-terra", 250)]
    [InlineData("gpt-6.2-sol", 500)]
    public void Writing_to_the_cache_for_12_hours_has_a_price(string model, decimal cents)
    {
        var receipt = Price(model, Today, new TokenCounts(9, 0, 0, 9), new() { CacheWrite12h = 9 });
        Assert.Equal(
            ("cacheWrite12h", cents, false),
            (Assert.Single(receipt.Charges).Kind, receipt.Charges[0].Cents, receipt.Estimated)
        );
    }

    [Fact]
    public void Regional_processing_costs_a_tenth_more_at_newer_models_of_OpenAI_only()
    {
        Assert.Equal((110, false), Shown(Price("gpt-6.1-terra", Today, new() { Geography = "eu" })));
        Assert.Equal((275, false), Shown(Price("gpt-5.4", Today, new() { Geography = "us" })));
        Assert.Equal((175, false), Shown(Price("gpt-5.2", Today, new() { Geography = "eu" })));
    }

    [Fact]
    public void Cached_input_of_Astra_6_2_has_a_rate_that_no_provider_page_confirms()
    {
        var receipt = Price("gpt-6.2-astra", Today, new TokenCounts(2, 0, 1, 1));
        Assert.Equal(
            [("cachedInput", 40m), ("cacheWrite", 1000m)],
            receipt.Charges.Select(own => (own.Kind, own.Cents))
        );
        Assert.True(receipt.Estimated);
    }

    [Theory]
    [InlineData("gpt-6.2-sol", "2027-02-28", 600, false)]
    [InlineData("gpt-6.2-sol", "2027-03-01", 1200, false)]
    [InlineData("gpt-6-astra", Today, 6000, true)]
    public void Ultrafast_costs_what_its_day_says(string model, string day, decimal cents, bool estimated) =>
        Assert.Equal((cents, estimated), Shown(Price(model, day, new() { ServiceTier = "ultrafast" })));

    [Theory]
    [InlineData("gpt-5-mini", 12.5)]
    [InlineData("gpt-5.4", 125)]
    [InlineData("gpt-5.4-mini", 37.5)]
    [InlineData("gpt-5.4-nano", 10)]
    [InlineData("gpt-5.4-pro", 1500)]
    [InlineData("gpt-5.5-pro", 1500)]
    [InlineData("o3", 100)]
    public void Flex_costs_half(string model, decimal cents) =>
        Assert.Equal((cents, false), Shown(Price(model, Today, new() { ServiceTier = "flex" })));

    [Theory]
    [InlineData("gpt-4.1-mini", 70)]
    [InlineData("o3", 350)]
    [InlineData("o4-mini", 200)]
    [InlineData("gpt-4.1-nano", 20)]
    [InlineData("gpt-4o-2024-05-13", 875)]
    public void Priority_has_a_factor_for_each_older_model(string model, decimal cents) =>
        Assert.Equal((cents, false), Shown(Price(model, Today, new() { ServiceTier = "priority" })));

    [Theory]
    [InlineData("gpt-4o")]
    [InlineData("gpt-4.1")]
    public void A_web_search_costs_a_cent_and_its_preview_more(string model)
    {
        Assert.Equal((1, false), Shown(Price(model, Today, default, new() { WebSearches = 1 })));
        Assert.Equal((2.5m, false), Shown(Price(model, Today, default, new() { WebSearchPreviews = 1 })));
    }

    [Fact]
    public void Fable_5_2_has_a_price_that_no_provider_page_confirms()
    {
        var receipt = Price("claude-fable-5-2", Today, new TokenCounts(13, 1, 1, 2), new() { CacheWrite1h = 1 });
        Assert.Equal([800, 20, 1000, 1600, 4000], receipt.Charges.Select(charge => charge.Cents));
        Assert.True(receipt.Estimated);
    }

    [Theory]
    [InlineData("low", 272, 1.088)]
    [InlineData("medium", 1056, 4.224)]
    [InlineData("high", 4160, 16.64)]
    public void An_image_costs_its_tokens(string quality, long tokens, decimal cents)
    {
        var byTokens = Price(
            "gpt-5.5",
            Today,
            default,
            new() { Images = new(null, new ImageTokens(1_000, 0, 0, tokens), []) }
        );
        Assert.Equal(
            [("imageTextInput", 500m), ("imageOutput", 4000m)],
            byTokens.Charges.Select(own => (own.Kind, own.Cents))
        );
        Assert.Equal(0.005m + (cents / 100), byTokens.Total.Usd);
        var byImage = Price(
            "gpt-5.5",
            Today,
            default,
            new() { Images = new(null, default, [new(quality, "1024x1024")]) }
        );
        Assert.Equal(cents / 100, byImage.Total.Usd);
    }

    [Theory]
    [InlineData("anthropic", "claude-sonnet-4-20250514", 300, 1500)]
    [InlineData("anthropic", "claude-haiku-3-20250414", 25, 125)]
    [InlineData("anthropic", "claude-sonnet-4", 300, 1500)]
    [InlineData("anthropic", "claude-haiku-4.5", 100, 500)]
    [InlineData("anthropic", "claude-opus-4.6", 500, 2500)]
    [InlineData("openai", "gpt-4o", 250, 1000)]
    [InlineData("openai", "gpt-4o-mini", 15, 60)]
    public void The_first_price_list_names_seed_as_its_source(
        string provider,
        string model,
        decimal input,
        decimal output
    )
    {
        var receipt = Pricing.Price(Provider.Find(provider)!, model, new TokenCounts(1, 1, 0, 0), Day(Today))!;
        Assert.Equal(("seed", false), (receipt.Source, receipt.Estimated));
        Assert.Equal([input, output], receipt.Charges.Select(charge => charge.Cents));
    }

    [Theory]
    [InlineData("claude-opus-4-20250514", "2026-06-15")]
    [InlineData("claude-sonnet-4-20250514", "2026-06-15")]
    [InlineData("claude-opus-4-1", "2026-08-05")]
    [InlineData("gpt-5-codex", "2026-07-23")]
    [InlineData("gpt-5.3-chat-latest", "2026-08-10")]
    [InlineData("gpt-4.1-nano", "2026-10-23")]
    [InlineData("o3-mini", "2026-10-23")]
    [InlineData("o4-mini", "2026-10-23")]
    [InlineData("gpt-5", "2026-12-11")]
    [InlineData("gpt-5-mini", "2026-12-11")]
    [InlineData("gpt-5-nano", "2026-12-11")]
    [InlineData("gpt-5-pro", "2026-12-11")]
    [InlineData("o3", "2026-12-11")]
    [InlineData("gpt-4o", "2027-01-14")]
    [InlineData("gpt-4o-mini", "2027-01-14")]
    [InlineData("gpt-4.1", "2027-01-14")]
    [InlineData("gpt-4.1-mini", "2027-01-14")]
    [InlineData("ft:gpt-4.1-mini-2025-04-14:acme::abc", "2027-01-14")]
    [InlineData("gpt-audio", "2027-01-20")]
    [InlineData("gpt-5.1", "2027-04-01")]
    [InlineData("gpt-6.2-sol", null)]
    public void The_book_knows_when_a_model_retires(string model, string? day)
    {
        var known = Catalogue.Find(model)!;
        Assert.Equal(day, known.RetiresOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Assert.Equal(day is null, known.RetirementSource is null);
        Assert.False(known.RetiresOn is { } last && known.IsRetired(last.AddDays(-1)));
        Assert.True(known.RetiresOn is not { } first || known.IsRetired(first));
    }

    private static (decimal Cents, bool Estimated) Shown(Receipt receipt) =>
        (Assert.Single(receipt.Charges).Cents, receipt.Estimated);

    private static Receipt Price(string model, string day, CallTerms? terms = null) =>
        Price(model, day, new TokenCounts(1_000, 0, 0, 0), terms);

    private static Receipt Price(string model, string day, TokenCounts tokens, CallTerms? terms = null) =>
        Pricing.Price(Catalogue.Find(model)!.Provider, model, tokens, Day(day), terms)!;

    private static DateTimeOffset Day(string day) =>
        new(DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture), TimeOnly.MinValue, TimeSpan.Zero);
}
