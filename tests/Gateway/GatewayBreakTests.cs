using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>
/// When things break: what was used is recorded once, as stated or estimated and marked, and the provider is left or
/// heard out as the rule says.
/// </summary>
public sealed partial class GatewayBreakTests(LocalParts parts)
{
    private const string Chat = "openai/v1/chat/completions";
    private const string Responses = "openai/v1/responses";
    private const string Messages = "anthropic/v1/messages";

    private static readonly Dictionary<string, string> Bodies = new()
    {
        [Chat] = """{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Hello there"}]}""",
        [Responses] = """{"model":"gpt-4o-mini","stream":true,"input":"Hello there"}""",
        [Messages] =
            """{"model":"claude-haiku-4-5","max_tokens":50,"stream":true,"messages":[{"role":"user","content":"Hello there"}]}""",
    };

    /// <summary>
    /// How many events pass before the break; -1 is all but the last. And whether the usage is known by then, or comes
    /// still.
    /// </summary>
    public static TheoryData<string, int, bool> Breaks =>
        new()
        {
            { Chat, 0, false },
            { Chat, 1, false },
            { Chat, 5, false },
            { Chat, -1, true },
            { Responses, 0, false },
            { Responses, 1, false },
            { Responses, 5, false },
            { Responses, -1, false },
            { Messages, 0, false },
            { Messages, 1, false },
            { Messages, 5, false },
            { Messages, -1, true },
        };

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_client_that_leaves(string path, int after, bool isStated)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var events = await EventsAsync(ann.App, path);
        var passed = after < 0 ? events.Count - 1 : after;
        var feed = new Feed();
        ann.Emulator.Knobs.AnswerNext(feed.Answer());

        using (var answer = await ann.SendAsync(path, Bodies[path]))
        {
            using var reader = await EventReader.OfAsync(answer);
            foreach (var text in events.Take(passed))
            {
                feed.Send(text);
                if (!IsHidden(text))
                {
                    Assert.Equal(text, await reader.ReadAsync());
                }
            }
        }
        if (isStated)
        {
            // Nothing more is generated: the end, with what it says, is waited for.
            await Eventually.StaysAsync(() => !ann.Emulator.Calls.Single().AnsweredInFull.IsCompleted);
            feed.Send(events[^1]);
            feed.End();
        }

        var ending = Assert
            .Single(ann.Emulator.Calls)
            .AnsweredInFull.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken);
        // Where nothing has come yet, the first piece is waited for.
        Assert.Equal(isStated, await (passed == 0 ? ann.App.WhileTimePassesAsync(ending, faster: 10) : ending));
        AssertUsage(path, await ann.EventAsync(), isStated, events.Take(passed));
    }

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task A_provider_that_breaks_off(string path, int after, bool isStated)
    {
        foreach (var breaksOff in new[] { true, false })
        {
            await using var app = await TestApp.StartAsync(parts);
            using var ann = await GatewayUser.WithKeysAsync(app);
            var events = await EventsAsync(app, path);
            var passed = events.Take(after < 0 ? events.Count - 1 : after).ToArray();
            var feed = new Feed();
            app.Emulator.Knobs.AnswerNext(feed.Answer(breaksOff: breaksOff));

            using var answer = await ann.SendAsync(path, Bodies[path]);
            answer.EnsureSuccessStatusCode();
            using var reader = await EventReader.OfAsync(answer);
            foreach (var text in passed)
            {
                feed.Send(text);
                if (!IsHidden(text))
                {
                    Assert.Equal(text, await reader.ReadAsync());
                }
            }
            feed.End();

            if (breaksOff)
            {
                // A reader must not mistake a part of a stream for the whole.
                await Assert.ThrowsAnyAsync<Exception>(reader.ReadAsync);
            }
            else
            {
                Assert.Null(await reader.ReadAsync());
            }
            AssertUsage(path, await ann.EventAsync(), isStated, passed);
        }
    }

    [Fact]
    public async Task A_disconnect_before_a_stream_begins_aborts_after_ten_seconds()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.Delay = TimeSpan.FromMinutes(1);
        using var leaving = new CancellationTokenSource();

        var sending = ann.SendAsync(Chat, Bodies[Chat], leaving: leaving);
        await ann.Emulator.CalledAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        var ending = Assert
            .Single(ann.Emulator.Calls)
            .AnsweredInFull.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken);
        Assert.False(await ann.App.WhileTimePassesAsync(ending, faster: 10));
        AssertUsage(Chat, await ann.EventAsync(), isStated: false, []);
    }

    [Fact]
    public async Task A_disconnect_from_a_whole_answer_is_charged_in_full()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.Delay = TimeSpan.FromMilliseconds(500);
        using var leaving = new CancellationTokenSource();

        var sending = ann.SendAsync(Chat, Bodies[Chat].Replace("\"stream\":true,", ""), leaving: leaving);
        await ann.Emulator.CalledAsync();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);

        // Nothing but the whole answer says what it cost.
        Assert.True(
            await Assert
                .Single(ann.Emulator.Calls)
                .AnsweredInFull.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken)
        );
        AssertUsage(Chat, await ann.EventAsync(), isStated: true, []);
    }

    private static void AssertUsage(string path, JsonNode usage, bool isStated, IEnumerable<string> seen)
    {
        Assert.Equal(!isStated, (bool)usage["estimated"]!);
        if (isStated)
        {
            Assert.Equal((3, 9), ((long)usage["inputTokens"]!, (long)usage["outputTokens"]!));
            return;
        }
        // Anthropic says at the start what went in; else it is about a third of the request's bytes.
        var isInputStated = path == Messages && seen.Any();
        Assert.InRange((long)usage["inputTokens"]!, 3, isInputStated ? 3 : 20);
        var words = seen.Count(text =>
            text.Contains("said", StringComparison.Ordinal) || text.Contains("Hello", StringComparison.Ordinal)
        );
        Assert.InRange((long)usage["outputTokens"]!, Math.Min(words, 1), 30);
        Assert.True((bool)usage["priced"]!);
    }

    private static bool IsHidden(string text) => text.Contains("\"choices\":[]", StringComparison.Ordinal);

    /// <summary>The events of the emulator's own stream, as the gateway gets them.</summary>
    private static async Task<IReadOnlyList<string>> EventsAsync(TestApp app, string path)
    {
        using var http = new HttpClient();
        var address = path == Messages ? app.Emulator.AnthropicBaseUrl : app.Emulator.OpenAiBaseUrl;
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            $"{address}{path[path.IndexOf('/', StringComparison.Ordinal)..]}"
        );
        var key = path == Messages ? GatewayUser.AnthropicKey : GatewayUser.OpenAiKey;
        request.Headers.Authorization = new("Bearer", key);
        request.Headers.Add("anthropic-version", "2023-06-01");
        request.Content = Request.AsContent(
            JsonNode.Parse(
                Bodies[path].Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}")
            )!
        );
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var events = EventReader.Split(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(answer.StatusCode == HttpStatusCode.OK && events.Count > 6);
        app.Emulator.ClearCalls();
        return events;
    }
}
