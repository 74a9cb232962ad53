using MyCoach.Gateway;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>How long a call may take, be silent, and keep its caller in the dark; by the program's own clock.</summary>
public sealed class GatewayLimitTests(LocalParts parts)
{
    private const string Chat = "openai/v1/chat/completions";
    private const string Whole = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello there"}]}""";
    private const string Stream =
        """{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Hello there"}]}""";
    private const string Delta =
        "data: {\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n";

    [Theory]
    [InlineData(Whole, "use_streaming")]
    [InlineData(Stream, "provider_timeout")]
    public async Task A_provider_has_220_seconds_to_begin(string body, string code)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.Delay = TimeSpan.FromMinutes(5);

        var sending = ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", body);
        await ann.Emulator.CalledAsync();
        await PassAsync(ann.App, AbortPolicy.AnswerLimit - TimeSpan.FromSeconds(5));
        Assert.False(sending.IsCompleted);
        await PassAsync(ann.App, TimeSpan.FromSeconds(5));

        var answer = await sending.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken);
        answer.IsRefusal(504, code);
        Assert.Equal(
            code == "use_streaming" ? "false" : null,
            answer.Headers.TryGetValues("x-should-retry", out var retry) ? retry.Single() : null
        );
        // The provider was at work on something, and never said on how much.
        var usage = await ann.EventAsync();
        Assert.Equal((true, 0), ((bool)usage["estimated"]!, (long)usage["outputTokens"]!));
        Assert.Equal((string?)usage["id"], answer.Headers.GetValues("X-MyCoach-Usage-Id").Single());
        Assert.False(await ann.Emulator.Calls.Single().AnsweredInFull);
    }

    [Fact]
    public async Task A_silent_stream_gets_keep_alive_comments_between_lines()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        var asIs = Stream.Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}");
        using var answer = await ann.SendAsync(Chat, asIs);
        using var reader = new StreamReader(
            await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken)
        );

        // Before the first event, and after one.
        await PassAsync(ann.App, MeteredBody.KeepAliveAfter);
        Assert.Equal(": keep-alive", await LineAsync(reader));
        feed.Send(Delta);
        Assert.StartsWith("data: ", await LineAsync(reader));
        Assert.Equal("", await LineAsync(reader));
        await PassAsync(ann.App, MeteredBody.KeepAliveAfter);
        Assert.Equal(": keep-alive", await LineAsync(reader));

        // In the middle of a line it would spoil an event.
        feed.Send("data: {\"choices\"");
        var half = new char["data: {\"choices\"".Length];
        await reader.ReadBlockAsync(half, TestContext.Current.CancellationToken);
        await PassAsync(ann.App, MeteredBody.KeepAliveAfter * 2);
        feed.Send(":[]}\n\n");
        Assert.Equal("data: {\"choices\":[]}", $"{new string(half)}{await LineAsync(reader)}");
        feed.End();
    }

    [Fact]
    public async Task A_stream_may_be_silent_for_10_minutes()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(Chat, Stream);
        using var reader = await EventReader.OfAsync(answer);
        feed.Send(Delta);
        Assert.Equal(Delta, await reader.ReadAsync());

        await PassAsync(ann.App, AbortPolicy.SilenceLimit);

        Assert.False(
            await ann
                .Emulator.Calls.Single()
                .AnsweredInFull.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken)
        );
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            while (await reader.ReadAsync() is not null) { }
        });
    }

    [Fact]
    public async Task A_call_ends_after_25_minutes()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(Chat, Stream);
        using var reader = await EventReader.OfAsync(answer);
        var call = ann.Emulator.Calls.Single();
        for (var minute = 0; minute < AbortPolicy.CallLimit.TotalMinutes; minute += 5)
        {
            Assert.False(call.AnsweredInFull.IsCompleted);
            feed.Send(Delta);
            while (await reader.ReadAsync() is { } text && !text.EndsWith(Delta, StringComparison.Ordinal)) { }
            await PassAsync(ann.App, TimeSpan.FromMinutes(5));
        }

        Assert.False(await call.AnsweredInFull.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken));
        var usage = await ann.EventAsync();
        Assert.True((bool)usage["estimated"]!);
        Assert.InRange((long)usage["outputTokens"]!, 5, 10);
    }

    [Fact]
    public async Task A_finished_answer_is_drained_for_ten_seconds_after_a_disconnect()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using (var answer = await ann.SendAsync(Chat, Stream))
        {
            using var reader = await EventReader.OfAsync(answer);
            var last = Delta.Replace("\"finish_reason\":null", "\"finish_reason\":\"stop\"", StringComparison.Ordinal);
            feed.Send(last);
            Assert.Equal(last, await reader.ReadAsync());
        }
        var call = ann.Emulator.Calls.Single();
        await Eventually.StaysAsync(() => !call.AnsweredInFull.IsCompleted);

        Assert.False(await ann.App.WhileTimePassesAsync(call.AnsweredInFull, 10));
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
    }

    [Fact]
    public async Task A_whole_answer_may_be_silent_for_220_seconds()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer("application/json"));
        feed.Send("{\"model\":");
        using var answer = await ann.SendAsync(Chat, Whole);
        await PassAsync(ann.App, AbortPolicy.AnswerLimit - TimeSpan.FromSeconds(10));
        var call = ann.Emulator.Calls.Single();
        Assert.False(call.AnsweredInFull.IsCompleted);

        Assert.False(await ann.App.WhileTimePassesAsync(call.AnsweredInFull, 10));
        Assert.True((bool)(await ann.EventAsync())["estimated"]!);
        await Assert.ThrowsAnyAsync<Exception>(() =>
            answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
    }

    private static Task<string?> LineAsync(StreamReader reader) =>
        reader.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Eventually.HangLimit);

    // In steps, as time passes, so that what is due in between is done.
    private static async Task PassAsync(TestApp app, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(5))
        {
            app.Clock.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }
}
