using MyCoach.Tests.Support;

namespace MyCoach.Tests.Metering;

public sealed partial class EventStreamMeterTests
{
    [Fact]
    public async Task Usage_counts_beside_choices_as_well()
    {
        const string Last = """
            {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":8,"completion_tokens":2},"service_tier":"flex"}
            """;
        var metered = await ChatAsync(Word, Word, Last, Done);
        Assert.Equal((false, (8L, 2L)), Seen(metered));
        Assert.Equal(("stop", "flex"), (metered.FinishReason, metered.Call.Terms.ServiceTier));
    }

    [Fact]
    public async Task No_usage_in_the_other_events_takes_nothing_back() =>
        Assert.Equal(
            (false, (8L, 2L)),
            Seen(await ChatAsync(Word, Usage, Word, """{"choices":[],"usage":null}""", Done))
        );

    [Fact]
    public async Task A_stated_zero_is_no_guess()
    {
        var zero =
            """{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"prompt_tokens_details":{"cached_tokens":0}}}""";
        Assert.Equal((false, (0L, 0L)), Seen(await ChatAsync(Word, zero, Done)));
    }

    [Fact]
    public async Task A_stream_has_finished_when_each_alternative_has()
    {
        var request = AnswerSample.Question.Replace("\"stream\"", "\"n\":2,\"stream\"", StringComparison.Ordinal);
        string Finish(int index) =>
            $$$"""data: {"choices":[{"index":{{{index}}},"delta":{},"finish_reason":"length"}]}{{{"\n\n"}}}""";

        var half = $"data: {Word}\n\n{Finish(1)}data: {Word}\n\n";
        Assert.False((await AnswerSample.TextOf(AnswerSample.Chat, half, request).WholeAsync()).HasFinished);
        var whole = await AnswerSample.TextOf(AnswerSample.Chat, half + Finish(0), request).WholeAsync();
        Assert.Equal((true, "length"), (whole.HasFinished, whole.FinishReason));
        Assert.Equal((true, (5L, 3L)), Seen(whole));
        // Of one alternative the first is the last.
        Assert.True((await AnswerSample.TextOf(AnswerSample.Chat, half).WholeAsync()).HasFinished);
    }

    [Fact]
    public async Task Padding_is_no_output()
    {
        var padding = new string('x', 3000);
        var padded = Word.Replace("\"usage\":null", $"\"obfuscation\":\"{padding}\"", StringComparison.Ordinal);
        Assert.Equal((true, (5L, 2L)), Seen(await ChatAsync(padded)));
        Assert.Equal(
            (true, (5L, 2L)),
            Seen(
                await ResponsesAsync(
                    $$"""{"type":"response.output_text.delta","delta":"word","obfuscation":"{{padding}}"}"""
                )
            )
        );
    }

    [Fact]
    public async Task An_event_is_at_least_a_token() =>
        Assert.Equal(
            (5L, 4L),
            (await ChatAsync([.. Enumerable.Repeat(Word.Replace("word", "a", StringComparison.Ordinal), 4)])).Tokens
        );

    [Fact]
    public async Task The_arguments_of_a_call_are_output()
    {
        const string Call = """
            {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"call_123456789","function":{"name":"find","arguments":"{\"a\":1}"}}]}}]}
            """;
        Assert.Equal((5L, 4L), (await ChatAsync(Call)).Tokens);
        Assert.Equal(
            (5L, 3L),
            (await ResponsesAsync("""{"type":"response.function_call_arguments.delta","delta":"{\"a\":123}"}""")).Tokens
        );
    }

    [Theory]
    [InlineData("completed")]
    [InlineData("incomplete")]
    [InlineData("failed")]
    public async Task A_response_ends_with_its_usage_however_it_ends(string end)
    {
        var metered = await ResponsesAsync(
            """{"type":"response.created","response":{"id":"resp_1","model":"gpt-x","output":[],"usage":null}}""",
            """{"type":"response.output_text.delta","delta":"word"}""",
            """{"type":"response.output_item.done","item":{"type":"web_search_call"}}""",
            $$$$$"""
            {"type":"response.{{{{{end}}}}}","response":{"model":"gpt-x","service_tier":"priority","error":null,"output":[{"type":"web_search_call"},{"type":"message","content":[{"type":"output_text","text":"word"}]}],"usage":{"input_tokens":8,"input_tokens_details":{"cached_tokens":4},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1}}}}
            """
        );
        Assert.Equal((false, (8L, 2L)), Seen(metered));
        Assert.True(metered.HasFinished);
        Assert.Equal(
            (4, 1, "priority"),
            (metered.Call.Tokens.CachedInput, metered.Call.Terms.EitherWebSearches, metered.Call.Terms.ServiceTier)
        );
    }

    [Fact]
    public async Task A_container_is_one_session_however_often_it_is_used_and_every_image_counts()
    {
        const string Ran = """{"type":"code_interpreter_call","container_id":"cntr_1"}""";
        const string Painted = """{"type":"image_generation_call","result":"aGVsbG8="}""";
        var metered = await ResponsesAsync(
            $$$"""{"type":"response.output_item.done","item":{{{Ran}}}}""",
            $$$"""{"type":"response.output_item.done","item":{{{Painted}}}}""",
            $$$"""{"type":"response.output_item.done","item":{{{Painted}}}}""",
            $$$"""
            {"type":"response.completed","response":{"output":[{{{Ran}}},{{{Ran}}},{"container_id":"cntr_2","type":"code_interpreter_call"},{{{Painted}}},{{{Painted}}}],"usage":{"input_tokens":8,"output_tokens":2} } }
            """
        );
        Assert.Equal(
            (2, 2),
            (metered.Call.Terms.CodeInterpreterSessions, metered.Call.Terms.Images.Finished.Single().Count)
        );
        var unnamed = await ResponsesAsync(
            """{"type":"response.output_item.done","item":{"type":"code_interpreter_call"}}"""
        );
        Assert.Equal(1, unnamed.Call.Terms.CodeInterpreterSessions);
    }

    [Theory]
    [InlineData(
        """{"type":"response.failed","response":{"error":{"code":"server_error","message":"Sorry"},"output":[],"usage":null}}"""
    )]
    [InlineData("""{"type":"response.incomplete","response":{"output":[],"usage":null}}""")]
    [InlineData("""{"type":"error","code":"server_error","message":"Sorry","param":null}""")]
    public async Task A_response_that_ends_without_usage_is_estimated(string end)
    {
        var metered = await ResponsesAsync("""{"type":"response.output_text.delta","delta":"123456789"}""", end);
        Assert.Equal((true, (5L, 3L)), Seen(metered));
        Assert.True(metered.HasFinished);
    }

    [Fact]
    public async Task An_error_can_be_followed_by_what_the_failed_response_cost()
    {
        var metered = await ResponsesAsync(
            """{"type":"error","code":"server_error","message":"Sorry","param":null}""",
            """{"type":"response.failed","response":{"model":"gpt-x","output":[],"usage":{"input_tokens":8,"output_tokens":2}}}"""
        );
        Assert.Equal((false, (8L, 2L)), Seen(metered));
    }

    private static Task<Metered> ResponsesAsync(params string[] events) =>
        AnswerSample.StreamOf(AnswerSample.Responses, events.Select(text => text.Trim())).WholeAsync();
}
