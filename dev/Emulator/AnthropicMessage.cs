using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>A response of /v1/messages, whole or as stream events.</summary>
internal sealed class AnthropicMessage(string model, RequestBody request, EmulatedAnswer answer, EmulatedUsage usage)
{
    // The real stream also starts with a small output count. Billing it would undercharge.
    private const long PlaceholderTokens = 1;

    private readonly string id = WireId.New("msg_");

    public JsonObject Whole() => Message([FinishedBlock()], StopReason, usage.Output);

    public IEnumerable<StreamEvent> Events()
    {
        yield return Event("message_start", new() { ["message"] = Message([], stopReason: null, PlaceholderTokens) });
        yield return Event("content_block_start", new() { ["index"] = 0, ["content_block"] = EmptyBlock() });
        yield return Event("ping", []);
        foreach (var piece in answer.Pieces)
            yield return Event("content_block_delta", new() { ["index"] = 0, ["delta"] = Delta(piece) });
        yield return Event("content_block_stop", new() { ["index"] = 0 });
        // Send two, because their counts are cumulative. Adding them up would overcharge.
        yield return MessageDelta(stopReason: null, (usage.Output + 1) / 2);
        yield return MessageDelta(StopReason, usage.Output);
        yield return Event("message_stop", []);
    }

    private string StopReason =>
        answer switch
        {
            { ToolName: not null } => "tool_use",
            { IsCutShort: true } => "max_tokens",
            _ => "end_turn",
        };

    private static StreamEvent Event(string type, JsonObject data)
    {
        data.Insert(0, "type", type);
        return StreamEvent.Named(data);
    }

    private JsonObject Message(JsonArray content, string? stopReason, long outputTokens) =>
        new()
        {
            ["id"] = id,
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = model,
            ["content"] = content,
            ["stop_reason"] = stopReason,
            ["stop_sequence"] = null,
            ["stop_details"] = null,
            ["container"] = null,
            ["diagnostics"] = null,
            ["usage"] = Usage(outputTokens, isFinal: stopReason is not null),
        };

    private JsonObject FinishedBlock()
    {
        var block = EmptyBlock();
        if (answer.ToolName is null)
            block["text"] = answer.Text;
        else
            block["input"] = JsonNode.Parse(answer.Text);
        return block;
    }

    private JsonObject EmptyBlock() =>
        answer.ToolName is null
            ? new JsonObject { ["type"] = "text", ["text"] = "" }
            : new JsonObject
            {
                ["type"] = "tool_use",
                ["id"] = WireId.New("toolu_"),
                ["name"] = answer.ToolName,
                ["input"] = new JsonObject(),
                ["caller"] = new JsonObject { ["type"] = "direct" },
            };

    private JsonObject Delta(string piece) =>
        answer.ToolName is null
            ? new JsonObject { ["type"] = "text_delta", ["text"] = piece }
            : new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = piece };

    private StreamEvent MessageDelta(string? stopReason, long outputTokens) =>
        Event(
            "message_delta",
            new()
            {
                ["delta"] = new JsonObject
                {
                    ["stop_reason"] = stopReason,
                    ["stop_sequence"] = null,
                    ["stop_details"] = null,
                    ["container"] = null,
                },
                // Unlike message_start, the real message_delta does not split cache writes by lifetime.
                ["usage"] = Counts(outputTokens, isFinal: stopReason is not null),
            }
        );

    private JsonObject Counts(long outputTokens, bool isFinal) =>
        new()
        {
            ["input_tokens"] = usage.Fresh,
            ["cache_creation_input_tokens"] = usage.CacheWritten,
            ["cache_read_input_tokens"] = usage.CacheRead,
            ["output_tokens"] = outputTokens,
            ["output_tokens_details"] = null,
            ["server_tool_use"] = isFinal ? ServerToolUse() : null,
        };

    private JsonObject? ServerToolUse() =>
        answer.WebQuery is null ? null : new JsonObject { ["web_search_requests"] = 1, ["web_fetch_requests"] = 0 };

    private JsonObject Usage(long outputTokens, bool isFinal)
    {
        var counts = Counts(outputTokens, isFinal);
        counts["cache_creation"] = new JsonObject
        {
            ["ephemeral_5m_input_tokens"] = usage.IsCachedForAnHour ? 0 : usage.CacheWritten,
            ["ephemeral_1h_input_tokens"] = usage.IsCachedForAnHour ? usage.CacheWritten : 0,
        };
        counts["service_tier"] = "standard";
        counts["inference_geo"] = request.Text("inference_geo");
        counts["speed"] = request.Text("speed") ?? "standard";
        return counts;
    }
}
