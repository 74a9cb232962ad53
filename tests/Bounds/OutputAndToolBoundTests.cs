using static MyCoach.Tests.Bounds.BoundedRequest;

namespace MyCoach.Tests.Bounds;

/// <summary>
/// What tiers, output and tools add to the upper bound of a call. Rates are cents per million tokens.
/// </summary>
public sealed class OutputAndToolBoundTests
{
    [Theory]
    [InlineData("8", 8)]
    [InlineData("8.0", 8)]
    [InlineData("null", 1)]
    public void Each_alternative_may_use_the_whole_output_limit(string n, int answers)
    {
        var body = AskOpenAi("\"Hello\"", $"\"n\":{n},");
        Assert.Equal(((body.Length + Overhead) * 25) + (answers * 100 * 100), BoundOf(Chat, body));
    }

    [Theory]
    [InlineData("priority", 25, 100)]
    [InlineData("fast", 25, 100)]
    [InlineData("auto", 25, 100)]
    [InlineData("default", 15, 60)]
    [InlineData("flex", 15, 60)]
    public void The_most_expensive_permitted_tier_counts(string tier, int input, int output)
    {
        var body = AskOpenAi("\"Hello\"", $"\"service_tier\":\"{tier}\",");
        Assert.Equal(((body.Length + Overhead) * input) + (100 * output), BoundOf(Chat, body));
    }

    // 500 and 2,000 cents, a tenth more in the United States, twice as much for speed.
    [Theory]
    [InlineData("", 550, 2200)]
    [InlineData("\"inference_geo\":\"us\",", 550, 2200)]
    [InlineData("\"inference_geo\":\"global\",", 500, 2000)]
    [InlineData("\"speed\":\"fast\",\"inference_geo\":\"global\",", 1000, 4000)]
    public void Geography_and_speed_multiply_the_rates(string more, int input, int output)
    {
        var body = Ask("\"Hello\"", more).Replace(Haiku, "claude-opus-5-5", StringComparison.Ordinal);
        Assert.Equal(((body.Length + Overhead) * input) + (100 * output), BoundOf(Messages, body));
    }

    [Theory]
    [InlineData("o3-mini", 275, 1100)]
    [InlineData("gpt-5-nano", 12.5, 100)]
    public void The_projects_tier_counts_even_without_a_listed_price(string model, decimal input, int output)
    {
        var body = AskOpenAi("\"Hello\"").Replace("gpt-4o-mini", model, StringComparison.Ordinal);
        Assert.Equal(((body.Length + Overhead) * input) + (100 * output), BoundOf(Chat, body));
    }

    [Fact]
    public void Each_use_of_a_server_tool_may_fill_the_models_input()
    {
        var body = Ask("\"Hello\"", """ "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":3}],""");
        Assert.Equal(
            ((body.Length + (2 * Overhead) + (3 * 200_000)) * 125) + (100 * 500) + (3 * 1_000_000),
            BoundOf(Messages, body)
        );
    }

    [Theory]
    [InlineData("web_search_20250305", 0, 0)]
    [InlineData("web_search_20250305", 1, 1)]
    [InlineData("web_search_20250305", 8, 8)]
    [InlineData("web_fetch_20250910", 1, 0)]
    [InlineData("web_fetch_20250910", 5, 0)]
    public void Uses_of_Anthropics_tools_add_as_many_samplings_of_the_whole_context(string type, int uses, int cents)
    {
        // The first sampling reads a file whose length is unknown, and each use lets the model read again.
        var body = Ask(
            """[{"type":"document","source":{"type":"url","url":"https://example.org/a.pdf"}}]""",
            $$""" "tools":[{"type":"{{type}}","name":"t","max_uses":{{uses}}}],"""
        );
        Assert.Equal(((1 + uses) * 200_000 * 125m) + (100 * 500) + (cents * 1_000_000), BoundOf(Messages, body));
    }

    [Fact]
    public void OpenAI_max_tool_calls_counts_for_the_most_expensive_tool()
    {
        var body = Respond(
            "\"Hello\"",
            """ "max_tool_calls":2,"tools":[{"type":"file_search","vector_store_ids":["vs_1"]},{"type":"web_search"}],"""
        );
        Assert.Equal(
            ((body.Length + (3 * Overhead) + (2 * 128_000)) * 25) + (100 * 100) + (2 * 1_000_000),
            BoundOf(Responses, body)
        );
    }

    [Fact]
    public void Caps_of_several_tools_add_up()
    {
        var body = Ask(
            "\"Hello\"",
            """ "tools":[{"type":"web_search_20250305","name":"web_search","max_uses":3},{"type":"web_fetch_20250910","name":"web_fetch","max_uses":2}],"""
        );
        Assert.Equal(
            ((body.Length + (3 * Overhead) + (5 * 200_000)) * 125) + (100 * 500) + (3 * 1_000_000),
            BoundOf(Messages, body)
        );
    }

    [Theory]
    [InlineData("""{"type":"web_search_2025_08_26"}""", 1)]
    [InlineData("""{"type":"web_search_preview"}""", 2.5)]
    [InlineData("""{"type":"web_search_preview_2025_03_11"}""", 2.5)]
    [InlineData("""{"type":"code_interpreter","container":{"type":"auto"}}""", 3)]
    [InlineData("""{"type":"image_generation","size":"1024x1536","quality":"high"}""", 26.16)]
    public void OpenAI_tools_add_their_price_per_use(string tool, decimal cents)
    {
        var body = Respond("\"Hello\"", $"\"max_tool_calls\":2,\"tools\":[{tool}],");
        Assert.Equal(
            ((body.Length + (2 * Overhead) + (2 * 128_000)) * 25) + (100 * 100) + (2 * cents * 1_000_000),
            BoundOf(Responses, body)
        );
    }

    [Theory]
    [InlineData("https://api.openai.com", "gpt-5.5", 1250, 7500)]
    [InlineData("https://eu.api.openai.com", "gpt-5.5", 1375, 8250)]
    [InlineData("https://us.api.openai.com/", "gpt-5.5", 1375, 8250)]
    [InlineData("https://eu.api.openai.com", "gpt-5.2", 350, 2800)]
    public void A_regional_address_raises_the_rates_of_newer_models(string address, string model, int input, int output)
    {
        var body = AskOpenAi("\"Hello\"").Replace("gpt-4o-mini", model, StringComparison.Ordinal);
        Assert.Equal(((body.Length + Overhead) * input) + (100 * output), BoundOf(Chat, body, address));
    }

    // Priority doubles 125 and 250 cents; a price that is not known is 2.5 times the input rate.
    [Theory]
    [InlineData("gpt-6.1-terra", "30m", 250)]
    [InlineData("gpt-6.1-terra", "12h", 500)]
    [InlineData("gpt-6-sol", "12h", 1000)]
    public void Cache_writes_for_12_hours_have_their_own_rate(string model, string ttl, int input)
    {
        var body = AskOpenAi("\"Hello\"", $"\"prompt_cache_options\":{{\"ttl\":\"{ttl}\"}},")
            .Replace("gpt-4o-mini", model, StringComparison.Ordinal);
        var output = model == "gpt-6-sol" ? 2000 : 1000;
        Assert.Equal(((body.Length + Overhead) * input) + (100 * output), BoundOf(Chat, body));
    }

    [Theory]
    [InlineData("""{"type":"local_shell"}""")]
    [InlineData("""{"type":"shell","environment":{"type":"local"}}""")]
    public void A_provider_tool_that_the_caller_runs_needs_no_cap(string tool)
    {
        var body = Respond("\"Hello\"", $"\"tools\":[{tool}],");
        Assert.Equal(((body.Length + (2 * Overhead)) * 25) + (100 * 100), BoundOf(Responses, body));
    }

    [Fact]
    public void The_larger_of_two_output_limits_counts()
    {
        var body = AskOpenAi("\"Hello\"", "\"max_tokens\":700,");
        Assert.Equal(((body.Length + Overhead) * 25) + (700 * 100), BoundOf(Chat, body));
    }

    [Fact]
    public void Caller_tools_cost_only_their_text()
    {
        var body = Ask(
            "\"Hello\"",
            """ "tools":[{"name":"f","description":"x","input_schema":{"type":"object","properties":{"image":{"type":"image"}}}}],"""
        );
        Assert.Equal(((body.Length + Overhead) * 125) + (100 * 500), BoundOf(Messages, body));
    }

    [Fact]
    public void A_prediction_may_be_charged_as_output()
    {
        var body = AskOpenAi("\"Hello\"", """ "prediction":{"type":"content","content":"Hello to you"},""");
        Assert.Equal(((body.Length + Overhead) * 25) + (100 * 100) + (body.Length * 100), BoundOf(Chat, body));
    }
}
