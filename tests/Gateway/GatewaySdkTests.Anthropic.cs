using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

public sealed partial class GatewaySdkTests
{
    private const string Haiku = "claude-haiku-4-5-20251001";

    [Fact]
    public async Task Anthropics_SDK_gets_a_whole_answer_with_recorded_usage()
    {
        await using var ann = await GatewayUser.StartAsync(parts);

        var message = await ann.Anthropic().Messages.Create(Ask("Hello there"), Cancellation);

        Assert.True(message.Content[0].TryPickText(out var block));
        Assert.Equal(Said, block.Text);
        AssertUsage(Assert.Single(await ann.EventsAsync()), Haiku, 3, 9);
    }

    [Fact]
    public async Task Anthropics_SDK_gets_a_stream_with_recorded_usage()
    {
        await using var ann = await GatewayUser.StartAsync(parts);

        Assert.Equal((Said, 9), await StreamAsync(ann.Anthropic(), Ask("Hello there")));
        AssertUsage(Assert.Single(await ann.EventsAsync()), Haiku, 3, 9);
    }

    [Fact]
    public async Task Anthropics_SDK_caches_a_prompt_for_an_hour()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var question = Ask("Hello there") with
        {
            System = new([new TextBlockParam("12345678901234567890") { CacheControl = new() { Ttl = Ttl.Ttl1h } }]),
        };

        await StreamAsync(ann.Anthropic(), question);
        ann.Clock.Advance(TimeSpan.FromSeconds(1));
        await StreamAsync(ann.Anthropic(), question);

        var events = await ann.EventsAsync();
        AssertUsage(events[1], Haiku, 8, 9, written: 5);
        AssertUsage(events[0], Haiku, 8, 9, cached: 5);
        var receipt = (await ann.Api.GetAsync($"/api/usage/{events[1]["id"]}"))["receipt"]["charges"]!.AsArray();
        Assert.Contains(receipt, charge => (string?)charge!["kind"] == "cacheWrite1h" && (long)charge["tokens"]! == 5);
    }

    [Fact]
    public async Task Anthropics_sdk_gets_a_tool_call_and_counts_tokens_for_nothing()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var tool = new Tool
        {
            Name = "weather",
            InputSchema = new()
            {
                Properties = new Dictionary<string, JsonElement>
                {
                    ["city"] = JsonElement.Parse("""{"type":"string"}"""),
                },
            },
        };

        var message = await ann.Anthropic()
            .Messages.Create(Ask("Please use the tool") with { Tools = [tool] }, Cancellation);
        var count = await ann.Anthropic()
            .Messages.CountTokens(
                new() { Model = "claude-haiku-4-5", Messages = [new UserMessageParam("12345")] },
                Cancellation
            );
        var models = await ann.Anthropic().Models.List(new() { Limit = 4 }, Cancellation);

        Assert.True(message.Content[0].TryPickToolUse(out var call));
        Assert.Equal(("weather", 2, 4), (call.Name, count.InputTokens, models.Items.Count));
        AssertUsage(Assert.Single(await ann.EventsAsync()), Haiku, 5, message.Usage.OutputTokens);
    }

    [Fact]
    public async Task Anthropics_SDK_throws_its_typed_exceptions_at_once()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var bob = new GatewayUser(app, "bob");
        var keyless = await Assert.ThrowsAsync<AnthropicForbiddenException>(() =>
            bob.Anthropic().Messages.Create(Ask("Hi"), Cancellation)
        );
        Assert.Contains("PUT /api/keys/anthropic", keyless.Message);
        await Assert.ThrowsAsync<AnthropicNotFoundException>(() =>
            bob.Anthropic().Messages.Batches.List(cancellationToken: Cancellation)
        );
        Assert.Equal((2, 0), (bob.Attempts, app.Emulator.Calls.Count));

        using var ann = await GatewayUser.WithKeysAsync(app);
        app.Emulator.Knobs.FailNext(1, 401);
        var refused = await Assert.ThrowsAsync<AnthropicUnauthorizedException>(() =>
            ann.Anthropic().Messages.Create(Ask("Hi"), Cancellation)
        );
        Assert.Contains("anthropic refused your stored key. Replace it", refused.Message);
        await Assert.ThrowsAsync<AnthropicForbiddenException>(() =>
            ann.Anthropic().Messages.Create(Ask("Hi"), Cancellation)
        );
        Assert.Equal((2, 1), (ann.Attempts, app.Emulator.Calls.Count));
        Assert.Empty(await ann.EventsAsync());
    }

    [Fact]
    public async Task Anthropics_SDK_can_abort_a_stream_and_its_provider_call()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.ChunkDelay = TimeSpan.FromMilliseconds(100);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        var seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in ann.Anthropic().Messages.CreateStreaming(Ask("Hello there"), leaving.Token))
            {
                if (++seen == 6)
                {
                    await leaving.CancelAsync();
                }
            }
        });

        Assert.False(await Assert.Single(ann.Emulator.Calls).AnsweredInFull);
        var usage = await ann.EventAsync();
        // The input was stated at the start; of the output only a placeholder of 1 was.
        Assert.Equal((true, 3), ((bool)usage["estimated"]!, (long)usage["inputTokens"]!));
        Assert.InRange((long)usage["outputTokens"]!, 3, 8);
    }

    private static async Task<(string Text, long Output)> StreamAsync(
        AnthropicClient client,
        MessageCreateParams question
    )
    {
        var (text, output) = ("", 0L);
        await foreach (var item in client.Messages.CreateStreaming(question, Cancellation))
        {
            text +=
                item.TryPickContentBlockDelta(out var block) && block.Delta.TryPickText(out var piece)
                    ? piece.Text
                    : "";
            output = item.TryPickDelta(out var delta) ? delta.Usage.OutputTokens : output;
        }
        return (text, output);
    }

    private static MessageCreateParams Ask(string text) =>
        new()
        {
            Model = "claude-haiku-4-5",
            MaxTokens = 50,
            Messages = [new UserMessageParam(text)],
        };
}
