using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Tests.Catalogue;

/// <summary>What models that hear and speak charge.</summary>
public sealed class AudioPriceTests
{
    private static readonly Pricing Pricing = new(ModelCatalogue.Embedded);
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Audio_has_its_own_lines_and_is_no_text() =>
        Assert.Equal(
            [("input", 300, 250m), ("audioInput", 700, 3200m), ("output", 10, 1000m), ("audioOutput", 90, 6400m)],
            Lines(Price("gpt-audio", new(1_000, 100, 0, 0), 700, 90))
        );

    [Theory]
    [InlineData("gpt-audio-mini", 1000, 2000)]
    [InlineData("gpt-audio-mini-2025-12-15", 1000, 2000)]
    [InlineData("gpt-audio-1.5", 3200, 6400)]
    [InlineData("gpt-4o-audio-preview-2025-06-03", 4000, 8000)]
    [InlineData("gpt-4o-mini-audio-preview", 1000, 2000)]
    public void Each_model_has_its_rates_of_audio(string model, decimal input, decimal output)
    {
        var receipt = Price(model, new(100, 100, 0, 0), 100, 100);
        Assert.Equal([("audioInput", 100, input), ("audioOutput", 100, output)], Lines(receipt));
        Assert.False(receipt.Estimated);
    }

    [Theory]
    [InlineData(2_000, 900)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void No_more_is_audio_than_there_are_tokens(long heard, long spoken) =>
        Assert.Equal(
            [("audioInput", 1_000, 3200m), ("audioOutput", 100, 6400m)],
            Lines(Price("gpt-audio", new(1_000, 100, 0, 0), heard, spoken))
        );

    [Fact]
    public void Cached_tokens_that_may_be_audio_cost_as_audio_without_a_rate_for_cached_input()
    {
        var receipt = Price("gpt-audio", new(1_000, 0, 600, 0), heard: 700, spoken: 0);
        Assert.Equal([("audioInput", 700, 3200m), ("cachedInput", 300, 250m)], Lines(receipt));
        Assert.True(receipt.Estimated);
    }

    [Fact]
    public void Audio_of_a_model_without_a_rate_for_it_costs_many_times_its_text()
    {
        var receipt = Price("gpt-4o", new(1_000, 100, 500, 0), heard: 600, spoken: 100);
        Assert.Equal(
            [("audioInput", 500, 17_500m), ("cachedInput", 500, 125m), ("audioOutput", 100, 35_000m)],
            Lines(receipt)
        );
        Assert.True(receipt.Estimated);
    }

    private static IEnumerable<(string, int, decimal)> Lines(Receipt receipt) =>
        receipt.Charges.Select(charge => (charge.Kind, (int)charge.Count, charge.Cents));

    private static Receipt Price(string model, TokenCounts tokens, long heard, long spoken) =>
        Pricing.Price(Provider.OpenAi, model, tokens, Now, new CallTerms { AudioInput = heard, AudioOutput = spoken })!;
}
