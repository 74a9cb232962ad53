using MyCoach.Bounds;
using MyCoach.Catalogue;
using MyCoach.Providers;
using MyCoach.Tests.Support;
using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>What a flexible budget holds for a call.</summary>
public sealed class ProbableCostTests
{
    private const int InputTokens = 1_000;

    // As an answer that states no search is priced.
    [Theory]
    [InlineData("gpt-4o-search-preview", 250, 1000, 2.5)]
    [InlineData("gpt-4o-mini-search-preview", 15, 60, 2.5)]
    [InlineData("gpt-5-search-api", 125, 1000, 1)]
    [InlineData("gpt-4o-mini", 15, 60, 0)]
    public void A_model_that_always_searches_costs_a_search(string model, int input, int output, decimal search)
    {
        var body = AskOpenAi("\"Hello\"").Replace("gpt-4o-mini", model, StringComparison.Ordinal);
        Assert.Equal((InputTokens * input) + (100 * output) + (search * 1_000_000), CostOf(Chat, body));
    }

    [Theory]
    [InlineData("", 3)]
    [InlineData("\"max_tool_calls\":2,", 2)]
    public void A_tool_costs_a_few_uses(string more, int uses)
    {
        var body = Respond("\"Hello\"", $$"""{{more}}"tools":[{"type":"web_search"}],""");
        Assert.Equal(((InputTokens + (uses * 4_000)) * 15) + (100 * 60) + (uses * 1_000_000), CostOf(Responses, body));
    }

    [Theory]
    [InlineData("\"Hello\"", "", 250, 1000)]
    [InlineData("\"Hello\"", """ "modalities":["text","audio"],""", 250, 6400)]
    [InlineData("""[{"type":"input_audio","input_audio":{"data":"UklGRg=="}}]""", "", 3200, 1000)]
    public void Audio_costs_the_rate_of_audio(string content, string more, int input, int output)
    {
        var body = AskOpenAi(content, more).Replace("gpt-4o-mini", "gpt-audio", StringComparison.Ordinal);
        Assert.Equal((InputTokens * input) + (100 * output), CostOf(Chat, body));
    }

    private static decimal CostOf(string path, string body)
    {
        var bound = new ProbableCost(ModelCatalogue.Embedded).Of(
            Provider.OpenAi,
            Read(path, body),
            InputTokens,
            TestApp.Noon
        );
        Assert.True(bound.IsProbable);
        Assert.Null(bound.ToolLimitToSet);
        return (decimal)bound.Amount.Value / 10_000;
    }
}
