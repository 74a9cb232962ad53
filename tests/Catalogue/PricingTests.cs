using FsCheck;
using FsCheck.Xunit;
using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Tests.Catalogue;

public sealed class PricingTests
{
    private static readonly ModelCatalogue Catalogue = ModelCatalogue.Embedded;
    private static readonly Pricing Pricing = new(Catalogue);
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("anthropic", "claude-sonnet-4-20250514", 300, 1500)]
    [InlineData("anthropic", "claude-haiku-3-20250414", 25, 125)]
    [InlineData("anthropic", "claude-sonnet-4", 300, 1500)]
    [InlineData("anthropic", "claude-haiku-4.5", 100, 500)]
    [InlineData("anthropic", "claude-opus-4.6", 500, 2500)]
    [InlineData("openai", "gpt-4o", 250, 1000)]
    [InlineData("openai", "gpt-4o-mini", 15, 60)]
    public void The_first_price_list_is_unchanged(string provider, string model, decimal input, decimal output)
    {
        var price = Catalogue.Find(Provider.Find(provider)!, model)!.PriceOn(new DateOnly(2026, 11, 22));
        Assert.Equal((input, output), (price.Input, price.Output));
    }

    [Theory]
    [InlineData("anthropic", "claude-haiku-4-5-20251001", "claude-haiku-4-5")]
    [InlineData("anthropic", "claude-haiku-4.5-20251001", "claude-haiku-4-5")]
    [InlineData("anthropic", "Claude-Haiku-4.5", "claude-haiku-4-5")]
    [InlineData("anthropic", "claude-opus-4-6-latest", "claude-opus-4-6")]
    [InlineData("openai", "gpt-4o-2024-08-06", "gpt-4o")]
    [InlineData("openai", "gpt-4o-2024-05-13", "gpt-4o-2024-05-13")]
    [InlineData("openai", "gpt-5.6", "gpt-5.6-sol")]
    [InlineData("openai", "gpt-5-6", null)]
    [InlineData("openai", "claude-haiku-4-5", null)]
    [InlineData("anthropic", "claude-opus-4-6[1m]", "claude-opus-4-6")]
    [InlineData("anthropic", "claude-haiku-4.5-20251001[1M]", "claude-haiku-4-5")]
    [InlineData("anthropic", "claude-4-sonnet-20250514", "claude-sonnet-4-20250514")]
    [InlineData("anthropic", "claude-4.5-sonnet", "claude-sonnet-4-5")]
    [InlineData("anthropic", "claude-sonnet-5-5", "claude-sonnet-5-5")]
    [InlineData("anthropic", "claude-sonnet-5-6", null)]
    [InlineData("anthropic", "claude-sonnet-5-5x", null)]
    [InlineData("anthropic", "claude-sonnet", null)]
    [InlineData("openai", "text-embedding-ada-002-v2", "text-embedding-ada-002")]
    [InlineData("openai", "gpt-3.5-turbo-0125", "gpt-3.5-turbo")]
    [InlineData("openai", "gpt-3.5-turbo-1106", "gpt-3.5-turbo-1106")]
    [InlineData("openai", "gpt-3.5-turbo-0301", null)]
    [InlineData("openai", "gpt-4o[1m]", null)]
    [InlineData("openai", "gpt-4o-mini-realtime-preview", null)]
    [InlineData("openai", "ft:gpt-4o-2024-08-06:acme::abc", "ft:gpt-4o-2024-08-06:acme::abc")]
    [InlineData("openai", "ft:gpt-3.5-turbo:acme:s:abc", "ft:gpt-3.5-turbo:acme:s:abc")]
    [InlineData("openai", "ft:gpt-5:acme:s:abc", null)]
    [InlineData("openai", "ft:gpt-4o-2024-05-13:acme:s:abc", null)]
    [InlineData("openai", "ft:gpt-4o-2024-08-06", null)]
    [InlineData("openai", "ft::acme", null)]
    [InlineData("anthropic", "ft:claude-haiku-4-5:acme::abc", null)]
    public void A_model_is_known_by_its_own_spellings_only(string provider, string spelling, string? id) =>
        Assert.Equal(id, Catalogue.Find(Provider.Find(provider)!, spelling)?.Id);

    [Fact]
    public void A_thousand_in_and_five_hundred_out_of_Sonnet_4_cost_105_hundredths_of_a_cent()
    {
        var cost = Pricing
            .Price(Provider.Anthropic, "claude-sonnet-4-20250514", new TokenCounts(1000, 500, 0, 0), Now)!
            .Total;
        Assert.Equal(105, cost.HundredthsOfACent);
        Assert.Equal(0.0105m, cost.Usd);
        Assert.Equal("10500000000", cost.ToString());
    }

    [Fact]
    public void One_cached_token_of_a_cheap_model_is_not_rounded_to_nothing()
    {
        var cost = Pricing.Price(Provider.OpenAi, "gpt-6-luna", new TokenCounts(1, 0, 1, 0), Now)!.Total;
        Assert.Equal(0.00000001m, cost.Usd);
        Assert.Equal(0, cost.HundredthsOfACent);
    }

    [Theory]
    [InlineData(49_999_999, 0)]
    [InlineData(50_000_000, 1)]
    [InlineData(149_999_999, 1)]
    [InlineData(150_000_000, 2)]
    public void Hundredths_of_a_cent_are_rounded_half_up(long pico, long hundredths) =>
        Assert.Equal(hundredths, new PicoUsd(pico).HundredthsOfACent);

    [Fact]
    public void The_price_of_the_day_applies()
    {
        var before = Pricing.Price(
            Provider.Anthropic,
            "claude-sonnet-5-5",
            new TokenCounts(1_000_000, 0, 1_000_000, 0),
            new(2026, 10, 6, 23, 59, 59, TimeSpan.Zero)
        )!;
        var after = Pricing.Price(
            Provider.Anthropic,
            "claude-sonnet-5-5",
            new TokenCounts(1_000_000, 0, 1_000_000, 0),
            new(2026, 10, 7, 0, 0, 0, TimeSpan.Zero)
        )!;
        Assert.Equal((0.20m, 0.10m), (before.Total.Usd, after.Total.Usd));
    }

    [Theory]
    [InlineData(100_000, 0.01)]
    [InlineData(100_001, 0.0500005)]
    public void Beyond_the_long_context_threshold_the_whole_request_costs_more(long inputTokens, decimal usd) =>
        Assert.Equal(
            usd,
            Pricing.Price(Provider.Anthropic, "claude-haiku-5-5", new TokenCounts(inputTokens, 0, 0, 0), Now)!.Total.Usd
        );

    [Fact]
    public void Unstated_rates_are_assumed_high_and_marked()
    {
        var known = Pricing.Price(Provider.OpenAi, "gpt-4o", new TokenCounts(1_000_000, 0, 1_000_000, 0), Now)!;
        Assert.Equal((1.25m, false), (known.Total.Usd, known.Estimated));
        var write = Pricing.Price(Provider.OpenAi, "gpt-4o", new TokenCounts(1_000_000, 0, 0, 1_000_000), Now)!;
        Assert.Equal((5m, true), (write.Total.Usd, write.Estimated));
        var read = Pricing.Price(Provider.OpenAi, "gpt-5.5-pro", new TokenCounts(100_000, 0, 100_000, 0), Now)!;
        Assert.Equal((3m, true), (read.Total.Usd, read.Estimated));
        Assert.False(Pricing.Price(Provider.OpenAi, "gpt-5.5-pro", new TokenCounts(100_000, 0, 0, 0), Now)!.Estimated);
    }

    [Property]
    public bool Costs_add_up_however_a_days_calls_are_divided(
        NonNegativeInt input,
        NonNegativeInt output,
        NonNegativeInt more
    )
    {
        var rates = (Input: PicoUsd.PerToken(0.0001m), Output: PicoUsd.PerToken(156.25m));
        var whole = (rates.Input * (input.Get + (long)more.Get)) + (rates.Output * output.Get);
        return whole == (rates.Input * input.Get) + (rates.Output * output.Get) + (rates.Input * more.Get)
            && PicoUsd.Parse(whole.ToString()) == whole;
    }
}
