using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>A response of /v1/responses, whole or as stream events.</summary>
internal sealed class OpenAiResponse(
    string model,
    string serviceTier,
    DateTimeOffset createdAt,
    RequestBody request,
    EmulatedAnswer answer,
    EmulatedUsage usage
)
{
    private readonly string itemId = WireId.New(answer.ToolName is null ? "msg_" : "fc_");
    private readonly string callId = WireId.New("call_");
    private readonly OpenAiWebSearch? search = answer.WebQuery is { } query ? new(query) : null;

    public string Id { get; } = WireId.New("resp_");

    public bool IsStored { get; } = request.Flag("store", defaultValue: true);

    public JsonObject Whole() => Response(FinalStatus, Output(), Usage());

    public IEnumerable<StreamEvent> Events() => Bodies().Select(Numbered);

    private string FinalStatus => answer.IsCutShort ? "incomplete" : "completed";

    private int ItemIndex => search is null ? 0 : 1;

    private static StreamEvent Numbered(JsonObject body, int index)
    {
        body["sequence_number"] = index;
        return StreamEvent.Named(body);
    }

    private IEnumerable<JsonObject> Bodies()
    {
        yield return new() { ["type"] = "response.created", ["response"] = Response("in_progress", [], usage: null) };
        yield return new() { ["type"] = "response.in_progress", ["response"] = Response("in_progress", [], usage: null) };
        foreach (var body in search?.Bodies() ?? [])
            yield return body;
        yield return ItemEvent("response.output_item.added", Item("in_progress", [], arguments: ""));
        foreach (var body in answer.ToolName is null ? TextBodies() : ArgumentBodies())
            yield return body;
        yield return ItemEvent("response.output_item.done", Item(FinalStatus, Content(), answer.Text));
        yield return new() { ["type"] = $"response.{FinalStatus}", ["response"] = Whole() };
    }

    private IEnumerable<JsonObject> TextBodies()
    {
        yield return PartEvent("response.content_part.added", "part", TextPart(""));
        foreach (var piece in answer.Pieces)
            yield return TextEvent("response.output_text.delta", "delta", piece);
        yield return TextEvent("response.output_text.done", "text", answer.Text);
        yield return PartEvent("response.content_part.done", "part", TextPart(answer.Text));
    }

    private IEnumerable<JsonObject> ArgumentBodies()
    {
        foreach (var piece in answer.Pieces)
            yield return ArgumentEvent("response.function_call_arguments.delta", "delta", piece);
        var done = ArgumentEvent("response.function_call_arguments.done", "arguments", answer.Text);
        done["name"] = answer.ToolName;
        yield return done;
    }

    private JsonObject ItemEvent(string type, JsonObject item) =>
        new()
        {
            ["type"] = type,
            ["output_index"] = ItemIndex,
            ["item"] = item,
        };

    private JsonObject ArgumentEvent(string type, string name, JsonNode value) =>
        new()
        {
            ["type"] = type,
            ["item_id"] = itemId,
            ["output_index"] = ItemIndex,
            [name] = value,
        };

    private JsonObject PartEvent(string type, string name, JsonNode value)
    {
        var body = ArgumentEvent(type, name, value);
        body["content_index"] = 0;
        return body;
    }

    private JsonObject TextEvent(string type, string name, string value)
    {
        var body = PartEvent(type, name, value);
        body["logprobs"] = new JsonArray();
        return body;
    }

    private static JsonObject TextPart(string text) =>
        new()
        {
            ["type"] = "output_text",
            ["annotations"] = new JsonArray(),
            ["logprobs"] = new JsonArray(),
            ["text"] = text,
        };

    private JsonArray Output()
    {
        var item = Item(FinalStatus, Content(), answer.Text);
        return search is null ? [item] : [search.Item("completed"), item];
    }

    private JsonArray Content() => [TextPart(answer.Text)];

    private JsonObject Item(string status, JsonArray content, string arguments)
    {
        var item = new JsonObject { ["id"] = itemId, ["status"] = status };
        if (answer.ToolName is null)
        {
            item["type"] = "message";
            item["role"] = "assistant";
            item["content"] = content;
            return item;
        }
        item["type"] = "function_call";
        item["call_id"] = callId;
        item["name"] = answer.ToolName;
        item["arguments"] = arguments;
        return item;
    }

    private JsonObject Response(string status, JsonArray output, JsonObject? usage) =>
        new()
        {
            ["id"] = Id,
            ["object"] = "response",
            ["created_at"] = createdAt.ToUnixTimeSeconds(),
            ["status"] = status,
            ["background"] = false,
            ["error"] = null,
            ["incomplete_details"] = status is "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["instructions"] = request["instructions"]?.DeepClone(),
            ["max_output_tokens"] = request["max_output_tokens"]?.DeepClone(),
            ["metadata"] = new JsonObject(),
            ["model"] = model,
            ["output"] = output,
            ["parallel_tool_calls"] = true,
            ["previous_response_id"] = request["previous_response_id"]?.DeepClone(),
            ["service_tier"] = serviceTier,
            ["store"] = IsStored,
            ["temperature"] = 1.0,
            ["text"] = new JsonObject { ["format"] = new JsonObject { ["type"] = "text" } },
            ["tool_choice"] = "auto",
            ["tools"] = request["tools"]?.DeepClone() ?? new JsonArray(),
            ["top_p"] = 1.0,
            ["truncation"] = "disabled",
            ["usage"] = usage,
        };

    private JsonObject Usage() =>
        new()
        {
            ["input_tokens"] = usage.Prompt,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.CacheRead, ["cache_write_tokens"] = usage.CacheWritten },
            ["output_tokens"] = usage.Output,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
            ["total_tokens"] = usage.Total,
        };
}
