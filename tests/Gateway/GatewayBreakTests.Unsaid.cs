using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>Where the provider says nothing at all.</summary>
public sealed partial class GatewayBreakTests
{
    [Fact]
    public async Task An_answer_aborted_before_its_first_byte_is_502_and_estimated()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of(default, breaksOff: true));

        var answer = await ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole);

        answer.IsRefusal(502, "provider_unreachable");
        var usage = await ann.EventAsync();
        Assert.Equal((string?)usage["id"], answer.Headers.GetValues("X-MyCoach-Usage-Id").Single());
        Assert.True((bool)usage["estimated"]!);
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(0, false)]
    public async Task A_dropped_call_is_estimated_if_the_provider_had_time(int seconds, bool isRecorded)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.Delay = TimeSpan.FromSeconds(2);
        ann.Emulator.Knobs.DropNext(1);

        var sending = ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole);
        await ann.Emulator.CalledAsync();
        ann.Clock.Advance(TimeSpan.FromSeconds(seconds));

        var answer = (await sending).IsRefusal(502, "provider_unreachable");
        Assert.Equal(isRecorded, answer.Headers.TryGetValues("X-MyCoach-Usage-Id", out var ids));
        var events = await ann.EventsAsync();
        Assert.Equal(ids ?? [], events.Select(usage => (string?)usage["id"]));
        Assert.All(events, usage => Assert.Equal((true, 0), ((bool)usage["estimated"]!, (long)usage["outputTokens"]!)));
    }

    [Fact]
    public async Task A_stream_without_a_stated_tier_is_charged_as_requested()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of(default, contentType: "text/event-stream", breaksOff: true));

        using var answer = await ann.SendAsync(
            Chat,
            Bodies[Chat].Replace("\"stream\"", "\"service_tier\":\"priority\",\"stream\"")
        );
        await Assert.ThrowsAnyAsync<Exception>(() =>
            answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );

        var receipt = await ann.Api.GetAsync($"/api/usage/{(await ann.EventAsync())["id"]}");
        Assert.Equal("priority", (string?)receipt["receipt"]["terms"]![0]);
    }

    [Fact]
    public async Task A_refusal_that_breaks_off_in_its_body_is_still_a_refusal()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer(breaksOff: true, status: 429));

        var sending = ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole);
        await ann.Emulator.CalledAsync();
        feed.Send("{\"error\":");
        // Until the gateway has the status and the first bytes.
        await Eventually.StaysAsync(() => !sending.IsCompleted);
        ann.Clock.Advance(TimeSpan.FromSeconds(5));
        feed.End();

        var answer = (await sending).IsRefusal(502, "provider_unreachable");
        Assert.False(answer.Headers.Contains("X-MyCoach-Usage-Id"));
        Assert.Empty(await ann.EventsAsync());
    }
}
