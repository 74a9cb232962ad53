using System.Diagnostics;
using System.Text;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>The ways in which a call ends badly.</summary>
public sealed partial class TelemetryTests
{
    [Theory]
    [InlineData(429)]
    [InlineData(529)]
    public async Task A_provider_refusal_is_a_failed_span_without_cost(int status)
    {
        app.Emulator.Knobs.FailNext(1, status);
        var (span, _) = await CallAsync($"{Anthropic}/messages", Chat("claude-sonnet-4-20250514"));

        AssertFailed(span, $"{status}");
        AssertTags(
            span,
            ("http.response.status_code", status),
            ("mycoach.usage.id", null),
            ("gen_ai.usage.input_tokens", null)
        );
        Assert.Equal($"{status}", Assert.Single(recorder.Measured).Tags["error.type"]);
    }

    [Fact]
    public async Task A_refusal_aborted_midway_is_recorded_as_aborted()
    {
        app.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(
                Encoding.UTF8.GetBytes(new string('x', 100_000)),
                "application/json",
                status: 500,
                breaksOff: true
            )
        );
        var traceparent = recorder.Begin();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            ann.SendAsync(
                HttpMethod.Post,
                $"{Anthropic}/messages",
                Chat("claude-sonnet-4-20250514"),
                headers: [("traceparent", traceparent)]
            )
        );
        AssertFailed(await recorder.SpanAsync(traceparent), "500");
    }

    [Fact]
    public async Task A_redirect_and_a_provider_that_cannot_be_reached_are_failures()
    {
        app.Emulator.Knobs.RedirectNext(1, new Uri("http://127.0.0.1:9/"));
        AssertFailed((await CallAsync($"{OpenAi}/chat/completions", Chat("gpt-4o"))).Span, "302");
        app.Emulator.Knobs.DropNext(1);
        AssertFailed((await CallAsync($"{OpenAi}/chat/completions", Chat("gpt-4o"))).Span, "provider_unreachable");
    }

    [Fact]
    public async Task An_answer_that_is_broken_off_is_a_failure_whose_cost_is_estimated()
    {
        app.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(Encoding.UTF8.GetBytes(Piece), "text/event-stream", breaksOff: true)
        );
        var traceparent = recorder.Begin();
        using (var answer = await BeginStreamAsync(traceparent))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.ReadAsStringAsync(Cancellation));
        }
        var span = await recorder.SpanAsync(traceparent);

        AssertFailed(span, "provider_broke_off");
        AssertTags(span, ("mycoach.estimated", true), ("http.response.status_code", 200));
        AssertOnlyCostIsCounted();
    }

    [Fact]
    public async Task An_error_that_comes_after_200_is_a_failure_as_well()
    {
        app.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(
                """
                event: error
                data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}


                """u8.ToArray(),
                "text/event-stream"
            )
        );
        var (span, _) = await CallAsync($"{Anthropic}/messages", Chat("claude-sonnet-4-20250514", stream: true));

        AssertFailed(span, "provider_error");
        AssertTags(span, ("http.response.status_code", 200), ("mycoach.usage.id", null));
    }

    [Fact]
    public async Task A_disconnect_ends_the_span_with_estimated_usage()
    {
        using var never = new SemaphoreSlim(0);
        app.Emulator.Knobs.AnswerNext(new() { ContentType = "text/event-stream", Body = PiecesAsync() });
        var traceparent = recorder.Begin();
        using (var answer = await BeginStreamAsync(traceparent))
        {
            await using var stream = await answer.Content.ReadAsStreamAsync(Cancellation);
            await stream.ReadExactlyAsync(new byte[Piece.Length], Cancellation);
        }
        var span = await recorder.SpanAsync(traceparent);

        AssertFailed(span, "client_left");
        AssertTags(span, ("mycoach.estimated", true), ("mycoach.priced", true), ("http.response.status_code", 200));
        AssertOnlyCostIsCounted();

        async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync()
        {
            yield return Encoding.UTF8.GetBytes(Piece);
            await never.WaitAsync(Cancellation);
        }
    }

    [Fact]
    public async Task A_provider_that_never_begins_to_answer_is_a_timeout()
    {
        app.Emulator.Knobs.Delay = TimeSpan.FromMinutes(5);
        app.Emulator.ClearCalls();
        var traceparent = recorder.Begin();
        var call = ann.SendAsync(
            HttpMethod.Post,
            $"{OpenAi}/chat/completions",
            Chat("gpt-4o"),
            headers: [("traceparent", traceparent)]
        );
        await app.Emulator.CalledAsync();
        app.Clock.Advance(TimeSpan.FromSeconds(220));

        (await call).IsRefusal(504, "use_streaming");
        var span = await recorder.SpanAsync(traceparent);
        AssertFailed(span, "timeout");
        AssertTags(
            span,
            ("http.response.status_code", null),
            ("mycoach.estimated", true),
            ("gen_ai.usage.output_tokens", 0L)
        );
        Assert.Equal(220, recorder.One("gen_ai.client.operation.duration", ("error.type", "timeout")).Value);
    }

    private static void AssertFailed(Activity span, string type)
    {
        Assert.Equal(ActivityStatusCode.Error, span.Status);
        AssertTags(span, ("error.type", type));
    }

    // The conventions allow only stated token counts.
    private void AssertOnlyCostIsCounted()
    {
        Assert.DoesNotContain(recorder.Measured, measurement => measurement.Instrument == "gen_ai.client.token.usage");
        Assert.True(recorder.One("mycoach.cost", ("mycoach.estimated", true)).Value > 0);
    }
}
