using System.Text.Json.Nodes;
using Anthropic.Models.Messages;
using OpenAI.Responses;

// The SDK marks its whole Responses client as subject to change.
#pragma warning disable OPENAI001

namespace MyCoach.Tests.Dev;

/// <summary>What has its own price beside the tokens: searches, geographies, speeds and tiers.</summary>
public sealed partial class ProviderEmulatorTests
{
    [Fact]
    public async Task Anthropics_sdk_sees_a_search_of_the_web_in_the_last_usage()
    {
        var question = Ask("Please search the web") with { Tools = [new WebSearchTool20250305()] };
        var message = await Claude().Messages.Create(question, Cancellation);
        Assert.Equal(1, message.Usage.ServerToolUse?.WebSearchRequests);

        var seen = new List<long?>();
        await foreach (var item in Claude().Messages.CreateStreaming(question, Cancellation))
        {
            if (item.TryPickStart(out var start))
                seen.Add(start.Message.Usage.ServerToolUse?.WebSearchRequests);
            if (item.TryPickDelta(out var delta))
                seen.Add(delta.Usage.ServerToolUse?.WebSearchRequests);
        }
        Assert.Equal([null, null, 1], seen);

        Assert.Null((await Claude().Messages.Create(Ask("Please search the web"), Cancellation)).Usage.ServerToolUse);
        Assert.Null(
            (await Claude().Messages.Create(question with { Messages = Ask("Hi").Messages }, Cancellation))
                .Usage
                .ServerToolUse
        );
    }

    [Fact]
    public async Task Anthropic_reports_the_place_and_the_speed_that_were_asked_for()
    {
        var usage = (await AskAnthropicAsync(Question)).Body["usage"]!;
        Assert.Equal((null, "standard"), (usage["inference_geo"]?.GetValue<string>(), Text(usage, "speed")));

        var asked = Question[..^1] + ""","inference_geo":"us","speed":"fast"}""";
        usage = (await AskAnthropicAsync(asked)).Body["usage"]!;
        Assert.Equal(("us", "fast"), (Text(usage, "inference_geo"), Text(usage, "speed")));
        var events = await StreamAsync("/anthropic/v1/messages", AnthropicKey, Streamed(asked));
        usage = Json(events[0])["message"]!["usage"]!;
        Assert.Equal(("us", "fast"), (Text(usage, "inference_geo"), Text(usage, "speed")));
    }

    [Theory]
    [InlineData("flex", "flex")]
    [InlineData("priority", "priority")]
    [InlineData("auto", "default")]
    public async Task OpenAi_reports_the_tier_that_it_served(string asked, string served)
    {
        var tier = $$""","service_tier":"{{asked}}"}""";
        Assert.Equal(served, Text((await AskOpenAiAsync(ChatQuestion[..^1] + tier)).Body, "service_tier"));
        Assert.Equal(
            served,
            Text(await RespondAsync("""{"model":"gpt-6-luna","input":"Hi" """ + tier), "service_tier")
        );
        var events = await StreamAsync("/openai/v1/chat/completions", OpenAiKey, Streamed(ChatQuestion[..^1] + tier));
        Assert.All(events.SkipLast(1), item => Assert.Equal(served, Text(Json(item), "service_tier")));
    }

    [Fact]
    public async Task OpenAis_sdk_sees_a_search_of_the_web_as_an_item_before_the_text()
    {
        var options = new CreateResponseOptions(
            "gpt-4o-mini",
            [ResponseItem.CreateUserMessageItem("Please search the web")]
        )
        {
            Tools = { ResponseTool.CreateWebSearchTool() },
        };
        ResponseResult response = await Responses().CreateResponseAsync(options, Cancellation);
        Assert.Collection(
            response.OutputItems,
            item => Assert.Equal(WebSearchCallStatus.Completed, Assert.IsType<WebSearchCallResponseItem>(item).Status),
            item => Assert.IsAssignableFrom<MessageResponseItem>(item)
        );
    }

    [Theory]
    [InlineData("web_search")]
    [InlineData("web_search_preview")]
    public async Task A_search_of_the_web_is_streamed_before_the_text(string tool)
    {
        var question =
            $$"""{"model":"gpt-6-luna","input":"Search the web","tools":[{"type":"{{tool}}"}],"max_output_tokens":1,"stream":true}""";
        var events = await StreamAsync("/openai/v1/responses", OpenAiKey, question);

        Assert.Equal(
            [
                "response.output_item.added",
                "response.web_search_call.in_progress",
                "response.web_search_call.searching",
                "response.web_search_call.completed",
                "response.output_item.done",
                "response.output_item.added",
            ],
            events.Skip(2).Take(6).Select(item => item.EventType)
        );
        Assert.All(events.Skip(2).Take(5), item => Assert.Equal(0, Number(Json(item), "output_index")));
        Assert.All(events.Skip(7).SkipLast(1), item => Assert.Equal(1, Number(Json(item), "output_index")));
        Assert.Equal(
            Enumerable.Range(0, events.Count).Select(index => (long)index),
            events.Select(item => Number(Json(item), "sequence_number"))
        );
        var output = Json(events[^1])["response"]!["output"]!.AsArray();
        Assert.Equal(["web_search_call", "message"], output.Select(item => Text(item!, "type")));

        var unasked = await RespondAsync($$"""{"model":"gpt-6-luna","input":"Hi","tools":[{"type":"{{tool}}"}]}""");
        Assert.IsType<JsonObject>(Assert.Single(unasked["output"]!.AsArray()));
    }
}
