using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Tests.Catalogue;

/// <summary>What a call is charged for beside its plain tokens: cache writes, uses of tools, other models.</summary>
public sealed class CallChargesTests
{
    // Below every threshold of long context.
    private const long Short = 100_000;

    private static readonly Pricing Pricing = new(ModelCatalogue.Embedded);
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

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
        var charge = Assert.Single(receipt.Charges);
        Assert.Equal(("cacheWrite1h", 400, true), (charge.Kind, charge.Cents, receipt.Estimated));
        Assert.Empty(receipt.Terms);
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
}
