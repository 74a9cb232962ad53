using MyCoach.Tests.Support;

namespace MyCoach.Tests.Metering;

public sealed partial class EventStreamMeterTests
{
    private const string Start = """
        {"type":"message_start","message":{"id":"msg_1","model":"claude-x","content":[],"stop_reason":null,"usage":{"input_tokens":10,"cache_creation_input_tokens":50,"cache_read_input_tokens":20,"cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":30},"output_tokens":1,"service_tier":"standard","inference_geo":"us"}}}
        """;

    private const string Said =
        """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Twelve bytes"}}""";
    private const string Stop = """{"type":"message_stop"}""";

    private static string Delta(string reason, string usage) =>
        $$$"""{"type":"message_delta","delta":{"stop_reason":{{{reason}}},"stop_sequence":null},"usage":{{{usage}}}}""";

    [Fact]
    public async Task Of_cumulative_numbers_the_last_ones_count()
    {
        var metered = await MessagesAsync(
            Start,
            Said,
            Delta("null", """{"output_tokens":5}"""),
            Said,
            Delta("\"end_turn\"", """{"input_tokens":12,"cache_read_input_tokens":21,"output_tokens":9}"""),
            Stop
        );
        Assert.Equal((false, "end_turn", true), (metered.IsEstimated, metered.FinishReason, metered.HasFinished));
        Assert.Equal(new(12 + 50 + 21, 9, 21, 50), metered.Call.Tokens);
        Assert.Equal("claude-x", metered.Call.Model);
    }

    [Fact]
    public async Task The_placeholder_of_the_start_is_no_output()
    {
        var metered = await MessagesAsync(Start, Said, Said);
        Assert.Equal((true, false), (metered.IsEstimated, metered.HasFinished));
        // 24 bytes of text, at 3 a token.
        Assert.Equal((80L, 8L), metered.Tokens);
        Assert.Equal((80L, 0L), (await MessagesAsync(Start)).Tokens);
    }

    [Fact]
    public async Task Usage_stated_only_at_the_start_is_kept()
    {
        var terms = (await MessagesAsync(Start, Said, Delta("\"end_turn\"", """{"output_tokens":9}"""), Stop))
            .Call
            .Terms;
        Assert.Equal((30, "standard", "us"), (terms.CacheWrite1h, terms.ServiceTier, terms.Geography));
    }

    [Fact]
    public async Task Searches_that_the_last_delta_states_count()
    {
        var usage = """{"output_tokens":9,"server_tool_use":{"web_search_requests":3,"web_fetch_requests":7}}""";
        Assert.Equal(3, (await MessagesAsync(Start, Said, Delta("\"end_turn\"", usage), Stop)).Call.Terms.WebSearches);
    }

    [Fact]
    public async Task A_call_of_several_samplings_is_their_sum()
    {
        const string Usage = """
            {"input_tokens":23,"output_tokens":9,"cache_read_input_tokens":20,"iterations":[
            {"type":"compaction","input_tokens":1800,"output_tokens":350,"cache_read_input_tokens":0,"cache_creation_input_tokens":60,"cache_creation":{"ephemeral_1h_input_tokens":60}},
            {"type":"message","input_tokens":23,"output_tokens":9,"cache_read_input_tokens":20,"cache_creation_input_tokens":50,"cache_creation":{"ephemeral_1h_input_tokens":30}}]}
            """;
        var metered = await MessagesAsync(Start, Said, Delta("\"end_turn\"", Usage.ReplaceLineEndings("")), Stop);
        Assert.Equal((false, 90), (metered.IsEstimated, metered.Call.Terms.CacheWrite1h));
        Assert.Equal(new(1800 + 23 + 20 + 110, 359, 20, 110), metered.Call.Tokens);
    }

    [Fact]
    public async Task Usage_of_another_model_is_kept_apart()
    {
        const string Usage = """
            {"input_tokens":23,"output_tokens":9,"cache_read_input_tokens":20,"iterations":[
            {"type":"message","model":"claude-x","input_tokens":13,"output_tokens":5,"cache_read_input_tokens":20},
            {"type":"advisor_message","input_tokens":800,"cache_creation_input_tokens":40,"cache_creation":{"ephemeral_1h_input_tokens":30},"output_tokens":500,"model":"claude-y"},
            {"type":"message","model":"claude-x","input_tokens":10,"output_tokens":4},
            {"type":"advisor_message","model":"claude-y","input_tokens":7,"output_tokens":1}]}
            """;
        var metered = await MessagesAsync(Start, Said, Delta("\"end_turn\"", Usage.ReplaceLineEndings("")), Stop);
        Assert.Equal([new("claude-y", new(847, 501, 0, 40), 30)], metered.Call.Terms.OtherParts);
        Assert.Equal(new(23 + 20 + 50 + 847, 9 + 501, 20, 50 + 40), metered.Call.Tokens);
    }

    [Fact]
    public async Task A_last_delta_without_the_stop_after_it_has_stated_everything() =>
        Assert.Equal(
            (false, (80L, 9L)),
            Seen(await MessagesAsync(Start, Said, Delta("\"end_turn\"", """{"output_tokens":9}""")))
        );

    [Fact]
    public async Task A_last_delta_that_breaks_off_has_stated_nothing() =>
        Assert.Equal(
            (true, (80L, 4L)),
            Seen(
                await MessagesAsync(
                    Start,
                    Said,
                    """{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9"""
                )
            )
        );

    [Fact]
    public async Task An_error_in_the_middle_ends_the_stream_and_leaves_an_estimate()
    {
        var metered = await MessagesAsync(
            Start,
            Said,
            """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"""
        );
        Assert.Equal((true, (80L, 4L)), Seen(metered));
        Assert.True(metered.HasFinished);
    }

    [Fact]
    public async Task Everything_that_is_generated_is_estimated_whatever_its_kind()
    {
        string[] kinds =
        [
            """{"type":"thinking_delta","thinking":"123456789"}""",
            """{"type":"input_json_delta","partial_json":"{\"a\":12345}"}""",
            """{"type":"signature_delta","signature":"no text but a checksum"}""",
        ];
        var events = kinds.Select(kind => $$$"""{"type":"content_block_delta","index":0,"delta":{{{kind}}}}""");
        Assert.Equal((80L, 7L), (await MessagesAsync([Start, .. events])).Tokens);
    }

    private static Task<Metered> MessagesAsync(params string[] events) =>
        AnswerSample.StreamOf(AnswerSample.Messages, events).WholeAsync();
}
