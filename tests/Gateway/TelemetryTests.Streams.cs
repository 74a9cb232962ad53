using System.Net;
using System.Text;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>Answers that come bit by bit.</summary>
public sealed partial class TelemetryTests
{
    private const string Piece = """
        data: {"id":"chatcmpl-2","model":"gpt-4o","choices":[{"index":0,"delta":{"content":"One two three."},"finish_reason":null}]}


        """;

    private const string Rest = """
        data: {"id":"chatcmpl-2","model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"length"}]}

        data: {"id":"chatcmpl-2","model":"gpt-4o","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":20}}

        data: [DONE]


        """;

    [Fact]
    public async Task A_stream_records_its_first_chunk_and_duration()
    {
        using var hasPiece = new SemaphoreSlim(0);
        app.Emulator.Knobs.AnswerNext(new() { ContentType = "text/event-stream", Body = PiecesAsync() });
        var traceparent = recorder.Begin();
        using (var answer = await BeginStreamAsync(traceparent))
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(Cancellation);
            await stream.ReadExactlyAsync(new byte[Piece.Length], Cancellation);
            hasPiece.Release();
            await stream.CopyToAsync(Stream.Null, Cancellation);
        }
        var span = await recorder.SpanAsync(traceparent);

        AssertTags(
            span,
            ("gen_ai.request.stream", true),
            ("gen_ai.response.time_to_first_chunk", 2.0),
            ("gen_ai.usage.input_tokens", 10L),
            ("gen_ai.usage.output_tokens", 20L),
            ("mycoach.estimated", false),
            ("error.type", null)
        );
        Assert.Equal(["length"], Assert.IsType<string[]>(span.GetTagItem("gen_ai.response.finish_reasons")));
        Assert.Equal(TimeSpan.FromSeconds(5), span.Duration);
        Assert.Equal(
            2,
            recorder.One("gen_ai.client.operation.time_to_first_chunk", ("gen_ai.request.model", "gpt-4o")).Value
        );
        Assert.Equal(5, recorder.One("gen_ai.client.operation.duration").Value);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync()
        {
            app.Clock.Advance(TimeSpan.FromSeconds(2));
            yield return Encoding.UTF8.GetBytes(Piece);
            await hasPiece.WaitAsync(Cancellation);
            app.Clock.Advance(TimeSpan.FromSeconds(3));
            yield return Encoding.UTF8.GetBytes(Rest);
        }
    }

    [Fact]
    public async Task Anthropic_cache_tokens_count_as_input()
    {
        app.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(
                """
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_1","model":"claude-sonnet-4-20250514","usage":{"input_tokens":1000,"output_tokens":1,
                data: "cache_read_input_tokens":2000,"cache_creation_input_tokens":400}}}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":500}}

                event: message_stop
                data: {"type":"message_stop"}


                """u8.ToArray(),
                "text/event-stream"
            )
        );
        var (span, _) = await CallAsync($"{Anthropic}/messages", Chat("claude-sonnet-4-20250514", stream: true));

        Assert.Equal("chat claude-sonnet-4-20250514", span.DisplayName);
        AssertTags(
            span,
            ("gen_ai.provider.name", "anthropic"),
            ("gen_ai.usage.input_tokens", 3400L),
            ("gen_ai.usage.output_tokens", 500L),
            ("gen_ai.usage.cache_read.input_tokens", 2000L),
            ("gen_ai.usage.cache_creation.input_tokens", 400L),
            ("mycoach.cost.usd", 0.0126)
        );
        Assert.Equal(["end_turn"], Assert.IsType<string[]>(span.GetTagItem("gen_ai.response.finish_reasons")));
        Assert.Equal(3400, recorder.One("gen_ai.client.token.usage", ("gen_ai.token.type", "input")).Value);
    }

    private async Task<HttpResponseMessage> BeginStreamAsync(string traceparent)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{OpenAi}/chat/completions");
        request.Content = Request.AsContent(Chat("gpt-4o", stream: true));
        request.Headers.Add("traceparent", traceparent);
        var answer = await ann.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer;
    }
}
