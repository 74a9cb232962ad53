using System.Net;
using System.Text;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

public sealed partial class GatewayBreakTests
{
    private const string Whole = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello there"}]}""";

    private static readonly Dictionary<string, string> ErrorEvents = new()
    {
        [Chat] = "data: {\"error\":{\"message\":\"Overloaded\",\"type\":\"server_error\",\"code\":null}}\n\n",
        [Responses] =
            "event: error\ndata: {\"type\":\"error\",\"code\":\"server_error\",\"message\":\"Overloaded\",\"sequence_number\":3}\n\n",
        [Messages] =
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n",
    };

    [Theory]
    [InlineData(Chat, 6)]
    [InlineData(Responses, 7)]
    [InlineData(Messages, 6)]
    public async Task An_error_event_ends_a_stream_with_an_estimate(string path, int after)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var seen = (await EventsAsync(ann.App, path)).Take(after).Append(ErrorEvents[path]).ToArray();
        ann.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(Encoding.UTF8.GetBytes(string.Concat(seen)), "text/event-stream")
        );

        using var answer = await ann.SendAsync(path, Bodies[path]);

        Assert.Equal(
            string.Concat(seen),
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        AssertUsage(path, await ann.EventAsync(), isStated: false, seen);
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(Responses)]
    [InlineData(Messages)]
    public async Task An_error_before_anything_else_costs_nothing(string path)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of(Encoding.UTF8.GetBytes(ErrorEvents[path]), "text/event-stream"));

        using var answer = await ann.SendAsync(path, Bodies[path]);

        Assert.Equal(ErrorEvents[path], await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await ann.EventsAsync());
    }

    [Fact]
    public async Task A_failed_responses_cost_is_recorded_after_its_error()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(Responses, Bodies[Responses]);
        using var reader = await EventReader.OfAsync(answer);

        feed.Send(ErrorEvents[Responses]);
        Assert.Equal(ErrorEvents[Responses], await reader.ReadAsync());
        feed.Send(
            "data: {\"type\":\"response.failed\",\"response\":{\"model\":\"gpt-4o-mini\",\"usage\":{\"input_tokens\":3,\"output_tokens\":9}}}\n\n"
        );
        feed.End();

        while (await reader.ReadAsync() is not null) { }
        AssertUsage(Responses, await ann.EventAsync(), isStated: true, []);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(529)]
    public async Task A_provider_refusal_passes_unchanged_and_costs_nothing(int status)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.FailNext(1, status);

        using var answer = await ann.SendAsync(Messages, Bodies[Messages]);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Contains(
            "\"request_id\":\"req_",
            await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(status == 429 ? "1" : null, answer.Headers.RetryAfter?.ToString());
        Assert.False(answer.Headers.Contains("X-MyCoach-Usage-Id"));
        Assert.False(answer.Headers.Contains("X-MyCoach-Error"));
        Assert.Empty(await ann.EventsAsync());
    }

    [Fact]
    public async Task A_large_refusal_passes_whole()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var text = $$$"""{"error":{"message":"{{{new string('x', 200_000)}}}","type":"invalid_request_error"}}""";
        ann.Emulator.Knobs.AnswerNext(PlannedAnswer.Of(Encoding.UTF8.GetBytes(text), status: 400, pieceSize: 50_000));

        var answer = await ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole);

        Assert.Equal((HttpStatusCode.BadRequest, text), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task An_unreachable_provider_is_502()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        // Each connection once: one that was open already is tried again.
        ann.Emulator.Knobs.DropNext(5);
        (await ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole)).IsRefusal(
            502,
            "provider_unreachable"
        );
        ann.Emulator.Knobs.Reset();

        ann.Emulator.ClearCalls();
        ann.Emulator.Knobs.RedirectNext(1, new Uri(ann.Emulator.OpenAiBaseUrl + "/elsewhere"));
        var redirected = await ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole);
        redirected.IsRefusal(502, "provider_unreachable");
        Assert.Null(redirected.Headers.Location);
        Assert.Single(ann.Emulator.Calls);
        Assert.Empty(await ann.EventsAsync());

        await using var lonely = await TestApp.StartAsync(
            parts,
            [$"Providers:openai:BaseUrl=http://127.0.0.1:{LocalPort.Closed}"],
            beside: ann.App
        );
        (await lonely.As("ann").SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole)).IsRefusal(
            502,
            "provider_unreachable"
        );
    }

    [Fact]
    public async Task A_call_under_way_when_its_account_is_erased_leaves_nothing()
    {
        await using var ann = await GatewayUser.StartAsync(parts, [AccountStory.NoTimer]);
        var events = await EventsAsync(ann.App, Messages);
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());
        using var answer = await ann.SendAsync(Messages, Bodies[Messages]);
        feed.Send(events[0]);

        await AccountStory.EraseAsync(ann.App, "ann");
        events.Skip(1).ToList().ForEach(feed.Send);
        feed.End();

        Assert.EndsWith(events[^1], await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(await ann.EventsAsync());
        Assert.Empty(await ann.App.RowsAsync("Usage"));
        await ann.App.Logs.SaysAsync("is dropped: the account is being erased");
    }
}
