using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Tests.Catalogue;

/// <summary>A call is priced as the provider's answer says that it was served.</summary>
public sealed class CallTermsTests
{
    // Below every threshold of long context.
    private const long Short = 100_000;

    private static readonly Pricing Pricing = new(new ModelCatalogue());
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("gpt-6.2-sol", null, 2, false, "")]
    [InlineData("gpt-6.2-sol", "default", 2, false, "")]
    [InlineData("gpt-6.2-sol", "standard", 2, false, "")]
    [InlineData("gpt-6.2-sol", "auto", 2, false, "")]
    [InlineData("gpt-6.2-sol", "flex", 1, false, "flex")]
    [InlineData("gpt-6.2-sol", "priority", 4, false, "priority")]
    [InlineData("gpt-6.2-sol", "fast", 4, false, "fast")]
    [InlineData("gpt-6.2-sol", "Priority", 4, false, "priority")]
    [InlineData("gpt-4o-mini", "priority", 0.25, false, "priority")]
    [InlineData("gpt-5.5", "fast", 12.5, false, "fast")]
    [InlineData("gpt-5-mini", "priority", 0.45, false, "priority")]
    [InlineData("gpt-4o-mini", "flex", 0.15, true, "")]
    [InlineData("gpt-6.2-sol", "ultrafast", 6, false, "ultrafast")]
    [InlineData("gpt-6-astra", "ultrafast", 60, false, "ultrafast")]
    [InlineData("gpt-5.6-sol", "ultrafast", 24, true, "ultrafast")]
    [InlineData("gpt-5.6-sol", "flex", 2, false, "flex")]
    [InlineData("gpt-6.1-terra", "fast", 2, false, "fast")]
    [InlineData("o3", "flex", 1, false, "flex")]
    [InlineData("o3", "priority", 3.5, false, "priority")]
    [InlineData("o4-mini", "priority", 2, false, "priority")]
    [InlineData("gpt-4.1-mini", "priority", 0.7, false, "priority")]
    [InlineData("gpt-5.4", "flex", 1.25, false, "flex")]
    [InlineData("gpt-5-nano", "priority", 0.125, true, "priority")]
    [InlineData("gpt-5-nano", "fast", 0.125, true, "fast")]
    [InlineData("gpt-6.2-sol", "scale", 2, true, "")]
    [InlineData("gpt-6.2-sol", "batch", 2, true, "")]
    [InlineData("claude-opus-5-5", "standard", 4, false, "")]
    [InlineData("claude-opus-5-5", "priority", 4, true, "")]
    [InlineData("claude-opus-5-5", "batch", 4, true, "")]
    public void The_service_tier_sets_the_rates(
        string model,
        string? tier,
        decimal usd,
        bool estimated,
        string terms
    ) => Assert.Equal((usd, estimated, terms), Shown(Price(model, new CallTerms { ServiceTier = tier })));

    [Theory]
    [InlineData("claude-opus-4-8", null, 5, false, "")]
    [InlineData("claude-opus-4-8", "standard", 5, false, "")]
    [InlineData("claude-opus-4-8", "fast", 10, false, "fast")]
    [InlineData("claude-opus-4-7", "fast", 30, false, "fast")]
    [InlineData("claude-sonnet-5-5", "fast", 12, true, "fast")]
    public void The_speed_sets_the_rates(string model, string? speed, decimal usd, bool estimated, string terms) =>
        Assert.Equal((usd, estimated, terms), Shown(Price(model, new CallTerms { Speed = speed })));

    [Theory]
    [InlineData("claude-opus-4-6", null, 5, false, "")]
    [InlineData("claude-opus-4-6", "", 5, false, "")]
    [InlineData("claude-opus-4-6", "global", 5, false, "")]
    [InlineData("claude-opus-4-6", "not_available", 5, false, "")]
    [InlineData("claude-opus-4-6", "us", 5.5, false, "us")]
    [InlineData("claude-opus-4-6", "eu", 5.5, true, "eu")]
    [InlineData("claude-opus-4-5", "us", 5.5, true, "us")]
    [InlineData("gpt-5.5", "eu", 5.5, false, "eu")]
    [InlineData("gpt-6.1-terra", "jp", 1.1, false, "jp")]
    [InlineData("gpt-5.5", "global", 5, false, "")]
    [InlineData("gpt-5.2", "eu", 1.75, false, "")]
    public void The_geography_sets_the_rates(
        string model,
        string? geography,
        decimal usd,
        bool estimated,
        string terms
    ) => Assert.Equal((usd, estimated, terms), Shown(Price(model, new CallTerms { Geography = geography })));

    [Fact]
    public void Every_kind_of_token_costs_as_the_call_was_served()
    {
        var receipt = Pricing.Price(
            Provider.Anthropic,
            "claude-opus-4-8",
            new TokenCounts(10, 1, 2, 5),
            Now,
            new CallTerms
            {
                CacheWrite1h = 4,
                Speed = "fast",
                Geography = "us",
            }
        )!;
        Assert.Equal(
            [
                new("input", 3, 1100),
                new("cachedInput", 2, 110),
                new("cacheWrite", 1, 1375),
                new("cacheWrite1h", 4, 2200),
                new("output", 1, 5500),
            ],
            receipt.Charges
        );
        Assert.Equal(["fast", "us"], receipt.Terms);
        Assert.False(receipt.Estimated);
    }

    [Fact]
    public void Hourly_cache_writes_without_a_price_cost_twice_the_input()
    {
        var receipt = Pricing.Price(
            Provider.OpenAi,
            "gpt-6.2-sol",
            new TokenCounts(Short, 0, 0, Short),
            Now,
            new CallTerms { CacheWrite1h = Short }
        )!;
        Assert.Equal((4m, true, ""), Shown(receipt));
        Assert.Equal("cacheWrite1h", Assert.Single(receipt.Charges).Kind);
    }

    [Theory]
    [InlineData(5, 0, 0, 1.25)]
    [InlineData(5, 2, 0, 1.25)]
    [InlineData(5, 0, 5, 2.5)]
    [InlineData(5, 9, 2, 2.5)]
    public void Cache_writes_are_divided_by_how_long_they_last(long millions, long hour, long half, decimal usdOfTwelve)
    {
        // Terra has no price for an hour; it counts as twice the input rate of one dollar.
        var receipt = Pricing.Price(
            Provider.OpenAi,
            "gpt-6.1-terra",
            new TokenCounts(millions, 0, 0, millions),
            Now,
            new CallTerms { CacheWrite1h = hour, CacheWrite12h = half }
        )!;
        Assert.Equal(millions, receipt.Charges.Sum(charge => charge.Count));
        Assert.Equal(half, receipt.Charges.Where(charge => charge.Kind == "cacheWrite12h").Sum(charge => charge.Count));
        Assert.Equal(
            100 * usdOfTwelve,
            receipt.Charges.Max(charge => charge.Kind == "cacheWrite1h" ? 0 : charge.Cents)
        );
    }

    [Theory]
    [InlineData("2026-08-20", 5)]
    [InlineData("2026-08-21", 4)]
    public void Sol_costs_less_from_the_day_of_its_cut(string day, decimal usd) =>
        Assert.Equal(
            usd,
            Pricing
                .Price(
                    Provider.OpenAi,
                    "gpt-5.6",
                    new TokenCounts(Short, 0, 0, 0),
                    DateTimeOffset.Parse($"{day}T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture)
                )!
                .Charges.Single()
                .Cents / 100
        );

    [Theory]
    [InlineData("anthropic", "claude-opus-5-5", 2, 0, 0, 0, 0.02, false)]
    [InlineData("openai", "gpt-6.2-sol", 2, 0, 0, 0, 0.02, false)]
    [InlineData("openai", "gpt-4.1", 2, 0, 0, 0, 0.02, false)]
    [InlineData("openai", "gpt-6.2-sol", 0, 2, 0, 0, 0.005, false)]
    [InlineData("openai", "gpt-6.2-sol", 0, 0, 1, 0, 0.03, true)]
    [InlineData("openai", "gpt-6.2-sol", 0, 0, 0, 2, 0.4992, true)]
    [InlineData("anthropic", "claude-opus-5-5", 0, 0, 1, 0, 0.03, true)]
    public void Tools_are_charged_by_use_however_the_call_is_served(
        string provider,
        string model,
        long webSearches,
        long fileSearches,
        long sessions,
        long images,
        decimal usd,
        bool estimated
    )
    {
        var terms = new CallTerms
        {
            WebSearches = webSearches,
            FileSearches = fileSearches,
            CodeInterpreterSessions = sessions,
            Images = new(null, default, [new(null, null, images)]),
        };
        var called = Provider.Find(provider)!;
        var receipt = Pricing.Price(called, model, default, Now, terms)!;
        Assert.Equal((usd, estimated), (receipt.Total.Usd, receipt.Estimated));
        Assert.True(Assert.Single(receipt.Charges).IsByUse);
        Assert.Equal(
            usd,
            Pricing.Price(called, model, default, Now, terms with { ServiceTier = "flex", Geography = "us" })!.Total.Usd
        );
    }

    [Fact]
    public void Tokens_of_another_model_are_charged_at_its_rates()
    {
        CallPart[] parts = [new("claude-opus-4-6", new(1000, 100, 0, 0), 0), new("claude-9", new(10, 0, 0, 0), 0)];
        var receipt = Pricing.Price(
            Provider.Anthropic,
            "claude-haiku-4-5",
            new(3010, 300, 0, 0),
            Now,
            new CallTerms { OtherParts = parts }
        )!;
        Assert.Equal(
            [
                ("input", 2000, 100m),
                ("output", 200, 500m),
                ("input", 1000, 500m),
                ("output", 100, 2500m),
                ("input", 10, 100m),
            ],
            receipt.Charges.Select(charge => (charge.Kind, (int)charge.Count, charge.Cents))
        );
        // The model without a known price.
        Assert.True(receipt.Estimated);
        Assert.False(
            Pricing
                .Price(
                    Provider.Anthropic,
                    "claude-haiku-4-5",
                    new(3000, 300, 0, 0),
                    Now,
                    new CallTerms { OtherParts = parts[..1] }
                )!
                .Estimated
        );
    }

    [Fact]
    public void An_unpriced_answering_model_costs_what_the_requested_one_costs()
    {
        Assert.Null(Pricing.Price(Provider.OpenAi, "gpt-9", new TokenCounts(1, 0, 0, 0), Now, requestModel: "gpt-8"));
        var lent = Pricing.Price(Provider.OpenAi, "gpt-9", new TokenCounts(1, 0, 0, 0), Now, requestModel: "gpt-4o")!;
        Assert.Equal(("gpt-4o", true), (lent.Model, lent.Estimated));
        var own = Pricing.Price(
            Provider.OpenAi,
            "gpt-4o-mini",
            new TokenCounts(1, 0, 0, 0),
            Now,
            requestModel: "gpt-4o"
        )!;
        Assert.Equal(("gpt-4o-mini", false), (own.Model, own.Estimated));
    }

    private static Receipt Price(string model, CallTerms terms) =>
        Pricing.Price(
            model.StartsWith("claude", StringComparison.Ordinal) ? Provider.Anthropic : Provider.OpenAi,
            model,
            new TokenCounts(Short, 0, 0, 0),
            Now,
            terms
        )!;

    private static (decimal Usd, bool Estimated, string Terms) Shown(Receipt receipt) =>
        (receipt.Charges.Sum(charge => charge.Cents) / 100, receipt.Estimated, string.Join(' ', receipt.Terms));
}
