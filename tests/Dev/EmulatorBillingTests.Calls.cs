namespace MyCoach.Tests.Dev;

public sealed partial class EmulatorBillingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_is_in_usage_and_cost(bool streams)
    {
        var body = streams ? Streamed(MessageQuestion) : MessageQuestion;
        await SendAsync(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, body);

        var usage = Only(await AnthropicAsync($"usage_report/messages?{Since(Today)}&group_by[]=model"));
        // "Grüße an alle" has 15 bytes; the answer is "You said: Grüße an alle That is all I know.".
        Assert.Equal(
            ("claude-haiku-5-5", 4L, 10L),
            (Text(usage, "model"), Number(usage, "uncached_input_tokens"), Number(usage, "output_tokens"))
        );
        Assert.Null(usage["api_key_id"]);
        var cost = Only(await AnthropicAsync($"cost_report?{Since(Today)}"));
        // $0.10 and $0.50 for a million tokens, in cents.
        Assert.Equal(("0.000540", "USD"), (Text(cost, "amount"), Text(cost, "currency")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_completion_is_in_usage_and_cost(bool streams)
    {
        var body = streams ? Streamed(ChatQuestion) : ChatQuestion;
        await SendAsync(HttpMethod.Post, "/openai/v1/chat/completions", OpenAiKey, body);

        var usage = Only(await OpenAiAsync($"usage/completions?{From(Today)}&group_by=model"));
        Assert.Equal(
            ("gpt-6-luna", 4L, 10L, 1L),
            (
                Text(usage, "model"),
                Number(usage, "input_tokens"),
                Number(usage, "output_tokens"),
                Number(usage, "num_model_requests")
            )
        );
        var cost = Only(await OpenAiAsync($"costs?{From(Today)}"));
        Assert.Equal(("0.0000054", "usd"), (Text(cost["amount"]!, "value"), Text(cost["amount"]!, "currency")));
        Assert.Null(cost["line_item"]);
    }

    [Theory]
    [InlineData("/openai/v1/responses", """{"model":"gpt-6-luna","input":"Hi"}""", "completions", 1, 8)]
    [InlineData("/openai/v1/responses/compact", """{"model":"gpt-6-luna","input":"Hi"}""", "completions", 1, 8)]
    [InlineData("/openai/v1/completions", """{"model":"gpt-6-luna","prompt":"Hi","n":2}""", "completions", 1, 16)]
    [InlineData("/openai/v1/embeddings", """{"model":"text-embedding-3-small","input":"Hi"}""", "embeddings", 1, 0)]
    public async Task Every_metered_call_is_billed(string path, string body, string report, long input, long output)
    {
        await SendAsync(HttpMethod.Post, path, OpenAiKey, body);
        var usage = Only(await OpenAiAsync($"usage/{report}?{From(Today)}"));
        Assert.Equal(
            (input, output, 1L),
            (
                Number(usage, "input_tokens"),
                usage["output_tokens"]?.GetValue<long>() ?? 0,
                Number(usage, "num_model_requests")
            )
        );
        Assert.Single(Results(await OpenAiAsync($"costs?{From(Today)}")));
    }

    [Fact]
    public async Task Calls_that_are_free_or_refused_are_not_billed()
    {
        await SendAsync(HttpMethod.Post, "/anthropic/v1/messages/count_tokens", AnthropicKey, MessageQuestion);
        await SendAsync(HttpMethod.Post, "/openai/v1/moderations", OpenAiKey, """{"input":"Hi"}""");
        await SendAsync(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey + "-nocredit", MessageQuestion);
        emulator.Knobs.FailNext(1, 500);
        await SendAsync(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, MessageQuestion);
        Assert.Empty(Book.Calls);
    }

    [Fact]
    public async Task A_stream_that_breaks_off_is_billed_in_full()
    {
        emulator.Knobs.CutNext(1, 3);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            SendAsync(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, Streamed(MessageQuestion))
        );
        var usage = Only(await AnthropicAsync($"usage_report/messages?{Since(Today)}"));
        Assert.Equal(10, Number(usage, "output_tokens"));
    }

    [Fact]
    public async Task Each_kind_of_token_and_a_search_have_their_own_price()
    {
        var question = """
            {"model":"claude-haiku-5-5","max_tokens":50,"tools":[{"type":"web_search_20250305","name":"web_search"}],
            "system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],
            "messages":[{"role":"user","content":"Please search the web"}]}
            """;
        await SendAsync(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, question);
        await SendAsync(HttpMethod.Post, "/anthropic/v1/messages", AnthropicKey, question);

        var usage = Only(await AnthropicAsync($"usage_report/messages?{Since(Today)}"));
        // Nine bytes are three tokens, written once and read once.
        Assert.Equal(
            (3L, 0L, 3L, 2L),
            (
                Number(usage["cache_creation"]!, "ephemeral_5m_input_tokens"),
                Number(usage["cache_creation"]!, "ephemeral_1h_input_tokens"),
                Number(usage, "cache_read_input_tokens"),
                Number(usage["server_tool_use"]!, "web_search_requests")
            )
        );
        var lines = Results(await AnthropicAsync($"cost_report?{Since(Today)}&group_by[]=description"))
            .ToDictionary(line => line["token_type"]?.GetValue<string>() ?? Text(line, "cost_type"), Cents);
        Assert.Equal(2m, lines["web_search"]);
        Assert.Equal(3 * 0.0000125m, lines["cache_creation.ephemeral_5m_input_tokens"], 6);
        Assert.Equal(3 * 0.000001m, lines["cache_read_input_tokens"]);
    }
}
