using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace MyCoach.Tests.Dev;

public sealed partial class ProviderEmulatorTests
{
    private const string Answer = "You said: Grüße an alle That is all I know.";

    [Fact]
    public async Task Anthropics_stream_has_its_events_in_order_and_cumulative_numbers()
    {
        var events = await StreamAsync("/anthropic/v1/messages", AnthropicKey, Streamed(Question));

        Assert.Equal(
            [
                "message_start",
                "content_block_start",
                "ping",
                .. Deltas(10),
                "content_block_stop",
                "message_delta",
                "message_delta",
                "message_stop",
            ],
            events.Select(item => item.EventType)
        );
        Assert.All(events, item => Assert.Equal(item.EventType, Text(Json(item), "type")));
        Assert.Equal(Answer, string.Concat(events.Where(IsDelta).Select(item => Text(Json(item), "delta", "text"))));
        var start = Json(events[0])["message"]!;
        Assert.Equal((4L, 1L), (Number(start, "usage", "input_tokens"), Number(start, "usage", "output_tokens")));
        Assert.Equal(
            [5L, 10L],
            events
                .Where(item => item.EventType is "message_delta")
                .Select(item => Number(Json(item), "usage", "output_tokens"))
        );
        Assert.Equal("end_turn", Text(Json(events[^2]), "delta", "stop_reason"));

        static bool IsDelta(SseItem<string> item) => item.EventType is "content_block_delta";
        static IEnumerable<string> Deltas(int count) => Enumerable.Repeat("content_block_delta", count);
    }

    [Fact]
    public async Task OpenAis_chat_stream_ends_with_usage_only_when_asked()
    {
        var plain = await StreamAsync("/openai/v1/chat/completions", OpenAiKey, Streamed(ChatQuestion));
        Assert.Equal("[DONE]", plain[^1].Data);
        Assert.All(plain.SkipLast(1), item => Assert.False(Json(item).ContainsKey("usage")));
        Assert.Equal("stop", Text(Json(plain[^2])["choices"]![0]!, "finish_reason"));

        var asked = Streamed(ChatQuestion)
            .Replace("true}", """true,"stream_options":{"include_usage":true}}""", StringComparison.Ordinal);
        var counted = await StreamAsync("/openai/v1/chat/completions", OpenAiKey, asked);
        Assert.Equal("[DONE]", counted[^1].Data);
        Assert.All(
            counted.SkipLast(2),
            item => Assert.True(Json(item).TryGetPropertyValue("usage", out var usage) && usage is null)
        );
        var last = Json(counted[^2]);
        Assert.Empty(last["choices"]!.AsArray());
        Assert.Equal((4L, 10L, 14L), (UsageOf("prompt_tokens"), UsageOf("completion_tokens"), UsageOf("total_tokens")));
        Assert.Equal(
            Answer,
            string.Concat(counted.SkipLast(3).Select(item => Text(Json(item)["choices"]![0]!, "delta", "content")))
        );

        long UsageOf(string name) => Number(last, "usage", name);
    }

    [Fact]
    public async Task OpenAis_responses_stream_has_its_events_in_order_and_numbered()
    {
        const string question = """{"model":"gpt-6-luna","input":"Hi","max_output_tokens":2,"stream":true}""";
        var events = await StreamAsync("/openai/v1/responses", OpenAiKey, question);

        Assert.Equal(
            [
                "response.created",
                "response.in_progress",
                "response.output_item.added",
                "response.content_part.added",
                "response.output_text.delta",
                "response.output_text.delta",
                "response.output_text.done",
                "response.content_part.done",
                "response.output_item.done",
                "response.incomplete",
            ],
            events.Select(item => item.EventType)
        );
        Assert.Equal(
            Enumerable.Range(0, 10).Select(index => (long)index),
            events.Select(item => Number(Json(item), "sequence_number"))
        );
        var last = Json(events[^1])["response"]!;
        Assert.Equal("max_output_tokens", Text(last, "incomplete_details", "reason"));
        Assert.Equal((1L, 2L), (Number(last, "usage", "input_tokens"), Number(last, "usage", "output_tokens")));
    }

    [Fact]
    public async Task A_marked_prompt_is_written_to_the_cache_once_and_read_from_it_afterwards()
    {
        const string marked = """
            {"model":"claude-opus-5","max_tokens":9,"system":[{"type":"text","text":"12345678","cache_control":{"type":"ephemeral","ttl":"1h"}}],
             "messages":[{"role":"user","content":"1234"}]}
            """;
        var first = (await AskAnthropicAsync(marked)).Body["usage"]!;
        var second = (await AskAnthropicAsync(marked)).Body["usage"]!;
        Assert.Equal((1L, 2L, 0L), Parts(first));
        Assert.Equal((1L, 0L, 2L), Parts(second));
        Assert.Equal(2, Number(first, "cache_creation", "ephemeral_1h_input_tokens"));
        Assert.Equal((1L, 2L, 0L), Parts((await AskAnthropicAsync(marked, AnthropicKey + "-another")).Body["usage"]!));

        var keyed = ChatQuestion.Replace(
            "{\"model\"",
            "{\"prompt_cache_key\":\"k\",\"model\"",
            StringComparison.Ordinal
        );
        Assert.Equal(
            4,
            Number((await AskOpenAiAsync(keyed)).Body, "usage", "prompt_tokens_details", "cache_write_tokens")
        );
        Assert.Equal(4, Number((await AskOpenAiAsync(keyed)).Body, "usage", "prompt_tokens_details", "cached_tokens"));

        static (long Fresh, long Written, long Read) Parts(JsonNode usage) =>
            (
                Number(usage, "input_tokens"),
                Number(usage, "cache_creation_input_tokens"),
                Number(usage, "cache_read_input_tokens")
            );
    }

    [Fact]
    public async Task After_a_tools_result_the_answer_is_words_again()
    {
        const string afterTool = """
            {"model":"gpt-6-luna","tools":[{"type":"function","function":{"name":"look"}}],"messages":[
             {"role":"user","content":"Please use the tool"},{"role":"tool","tool_call_id":"call_1","content":"42"}]}
            """;
        Assert.Equal("stop", Text((await AskOpenAiAsync(afterTool)).Body["choices"]![0]!, "finish_reason"));
    }

    private static string Streamed(string question) => question[..^1] + ",\"stream\":true}";

    private static JsonObject Json(SseItem<string> item) => JsonNode.Parse(item.Data)!.AsObject();

    private static long Number(JsonNode node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = node[name] ?? throw new InvalidOperationException($"No {name} in {node}");
        return node.GetValue<long>();
    }
}
