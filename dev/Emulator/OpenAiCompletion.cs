using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>A response of /v1/chat/completions, whole or as stream chunks.</summary>
internal sealed class OpenAiCompletion(string model, string serviceTier, DateTimeOffset createdAt, EmulatedAnswer answer, EmulatedUsage usage)
{
    private readonly string id = WireId.New("chatcmpl-");

    public JsonObject Whole()
    {
        var choice = new JsonObject
        {
            ["index"] = 0,
            ["message"] = Message(),
            ["logprobs"] = null,
            ["finish_reason"] = FinishReason,
        };
        var whole = Envelope("chat.completion", [choice]);
        whole["usage"] = Usage();
        return whole;
    }

    public IEnumerable<StreamEvent> Events(bool withUsage)
    {
        yield return Chunk(FirstDelta(), finishReason: null, withUsage);
        foreach (var piece in answer.Pieces)
            yield return Chunk(Delta(piece), finishReason: null, withUsage);
        yield return Chunk([], FinishReason, withUsage);
        if (withUsage)
        {
            var last = Envelope("chat.completion.chunk", []);
            last["usage"] = Usage();
            yield return StreamEvent.Unnamed(last);
        }
        yield return StreamEvent.Done;
    }

    private string FinishReason =>
        answer switch
        {
            { ToolName: not null } => "tool_calls",
            { IsCutShort: true } => "length",
            _ => "stop",
        };

    private JsonObject Message()
    {
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = answer.ToolName is null ? answer.Text : null,
            ["refusal"] = null,
            ["annotations"] = new JsonArray(),
        };
        if (answer.ToolName is not null)
            message["tool_calls"] = new JsonArray(ToolCall(answer.Text));
        return message;
    }

    private JsonObject ToolCall(string arguments) =>
        new()
        {
            ["id"] = WireId.New("call_"),
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = answer.ToolName, ["arguments"] = arguments },
        };

    private JsonObject FirstDelta()
    {
        if (answer.ToolName is null)
            return new()
            {
                ["role"] = "assistant",
                ["content"] = "",
                ["refusal"] = null,
            };
        var call = ToolCall(arguments: "");
        call.Insert(0, "index", 0);
        return new()
        {
            ["role"] = "assistant",
            ["content"] = null,
            ["tool_calls"] = new JsonArray(call),
        };
    }

    private JsonObject Delta(string piece)
    {
        if (answer.ToolName is null)
            return new() { ["content"] = piece };
        var call = new JsonObject
        {
            ["index"] = 0,
            ["function"] = new JsonObject { ["arguments"] = piece },
        };
        return new() { ["tool_calls"] = new JsonArray(call) };
    }

    private StreamEvent Chunk(JsonObject delta, string? finishReason, bool withUsage)
    {
        var choice = new JsonObject
        {
            ["index"] = 0,
            ["delta"] = delta,
            ["logprobs"] = null,
            ["finish_reason"] = finishReason,
        };
        var chunk = Envelope("chat.completion.chunk", [choice]);
        if (withUsage)
            chunk["usage"] = null;
        return StreamEvent.Unnamed(chunk);
    }

    private JsonObject Envelope(string type, JsonArray choices) =>
        new()
        {
            ["id"] = id,
            ["object"] = type,
            ["created"] = createdAt.ToUnixTimeSeconds(),
            ["model"] = model,
            ["service_tier"] = serviceTier,
            ["system_fingerprint"] = "fp_emulator",
            ["choices"] = choices,
        };

    private JsonObject Usage() =>
        new()
        {
            ["prompt_tokens"] = usage.Prompt,
            ["completion_tokens"] = usage.Output,
            ["total_tokens"] = usage.Total,
            ["prompt_tokens_details"] = new JsonObject
            {
                ["cached_tokens"] = usage.CacheRead,
                ["cache_write_tokens"] = usage.CacheWritten,
                ["audio_tokens"] = 0,
            },
            ["completion_tokens_details"] = new JsonObject
            {
                ["reasoning_tokens"] = 0,
                ["audio_tokens"] = 0,
                ["accepted_prediction_tokens"] = 0,
                ["rejected_prediction_tokens"] = 0,
            },
        };
}
