using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace MyCoach.Tests.Dev;

public sealed partial class ProviderEmulatorTests
{
    [Fact]
    public async Task Anthropics_sdk_gets_a_whole_answer()
    {
        var message = await Claude().Messages.Create(Ask("Hello there"), Cancellation);

        Assert.True(message.Content[0].TryPickText(out var block));
        Assert.Equal("You said: Hello there That is all I know.", block.Text);
        Assert.Equal(StopReason.EndTurn, message.StopReason?.Value());
        Assert.Equal((3L, 9L), (message.Usage.InputTokens, message.Usage.OutputTokens));
        Assert.Equal("claude-haiku-4-5-20251001", message.Model.Raw());
    }

    [Fact]
    public async Task Anthropics_sdk_gets_a_stream_that_max_tokens_cuts()
    {
        var (text, output, stop) = ("", 0L, "");
        await foreach (
            var item in Claude().Messages.CreateStreaming(Ask("Hello there") with { MaxTokens = 3 }, Cancellation)
        )
        {
            if (item.TryPickContentBlockDelta(out var block) && block.Delta.TryPickText(out var piece))
                text += piece.Text;
            if (item.TryPickDelta(out var delta))
                (output, stop) = (delta.Usage.OutputTokens, delta.Delta.StopReason?.Raw());
        }
        Assert.Equal(("You said: Hello", 3L, "max_tokens"), (text, output, stop));
    }

    [Fact]
    public async Task Anthropics_sdk_gets_a_tool_call_whole_and_streamed()
    {
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
        var question = Ask("Please use the tool") with { Tools = [tool] };

        var message = await Claude().Messages.Create(question, Cancellation);
        Assert.True(message.Content[0].TryPickToolUse(out var call));
        Assert.Equal(
            ("weather", "emulated value", StopReason.ToolUse),
            (call.Name, call.Input["city"].GetString(), message.StopReason?.Value())
        );

        var json = "";
        await foreach (var item in Claude().Messages.CreateStreaming(question, Cancellation))
        {
            if (item.TryPickContentBlockDelta(out var block) && block.Delta.TryPickInputJson(out var piece))
                json += piece.PartialJson;
        }
        Assert.Equal("""{"city":"emulated value"}""", json);
    }

    [Fact]
    public async Task Anthropics_SDK_throws_its_typed_exceptions()
    {
        await Assert.ThrowsAsync<AnthropicUnauthorizedException>(() =>
            Claude("sk-ant-api03-wrong-0123456789").Messages.Create(Ask("Hi"), Cancellation)
        );
        await Assert.ThrowsAsync<AnthropicForbiddenException>(() =>
            Claude(AnthropicKey + "-restricted").Models.List(cancellationToken: Cancellation)
        );
        emulator.Knobs.FailNext(1, 429);
        await Assert.ThrowsAsync<AnthropicRateLimitException>(() => Claude().Messages.Create(Ask("Hi"), Cancellation));
        emulator.Knobs.FailNext(1, 500);
        await Assert.ThrowsAsync<Anthropic5xxException>(() => Claude().Messages.Create(Ask("Hi"), Cancellation));
    }

    [Fact]
    public async Task Anthropics_sdk_counts_tokens_and_pages_through_the_models()
    {
        var count = await Claude()
            .Messages.CountTokens(
                new()
                {
                    Model = "claude-opus-5",
                    System = "1234",
                    Messages = [new UserMessageParam("12345")],
                },
                Cancellation
            );
        Assert.Equal(3, count.InputTokens);

        var page = await Claude().Models.List(new() { Limit = 4 }, Cancellation);
        var ids = page.Items.Select(model => model.ID).ToList();
        while (page.HasNext())
        {
            page = (Anthropic.Models.Models.ModelListPage)await page.Next(Cancellation);
            ids.AddRange(page.Items.Select(model => model.ID));
        }
        Assert.Equal((9, "claude-haiku-5-5", "claude-sonnet-4-20250514"), (ids.Distinct().Count(), ids[0], ids[^1]));
        Assert.Equal(
            "claude-haiku-4-5-20251001",
            (await Claude().Models.Retrieve("claude-haiku-4-5", cancellationToken: Cancellation)).ID
        );
    }

    private static MessageCreateParams Ask(string text) =>
        new()
        {
            Model = "claude-haiku-4-5",
            MaxTokens = 50,
            Messages = [new UserMessageParam(text)],
        };

    // Validation makes the SDK throw where a field that the real API always sends is missing or of the wrong type.
    private AnthropicClient Claude(string key = AnthropicKey) =>
        new()
        {
            ApiKey = key,
            BaseUrl = emulator.AnthropicBaseUrl.ToString(),
            MaxRetries = 0,
            ResponseValidation = true,
        };
}
