using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Tests.Catalogue;

/// <summary>A call is priced as the provider's answer says that it was served.</summary>
public sealed class CallTermsTests
{
    // Below every threshold of long context.
    private const long Short = 100_000;

    private static readonly Pricing Pricing = new(ModelCatalogue.Embedded);
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
    [InlineData("gpt-6-astra", "ultrafast", 60, true, "ultrafast")]
    [InlineData("gpt-5.6-sol", "ultrafast", 24, true, "ultrafast")]
    [InlineData("gpt-5.6-sol", "flex", 2, true, "flex")]
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
