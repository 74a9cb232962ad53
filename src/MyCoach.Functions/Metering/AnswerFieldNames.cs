using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>Maps the providers' JSON names to fields, scope by scope.</summary>
internal static class AnswerFieldNames
{
    public static AnswerField Find(AnswerScope scope, ref Utf8JsonReader json) =>
        scope switch
        {
            AnswerScope.Root => OfRoot(ref json),
            AnswerScope.Usage => OfUsage(ref json),
            AnswerScope.Iteration => json.ValueTextEquals("model"u8) ? AnswerField.PartModel
            : json.ValueTextEquals("type"u8) ? AnswerField.PartType
            : json.ValueTextEquals("stop_reason"u8) ? AnswerField.PartFinishReason
            : OfUsage(ref json),
            AnswerScope.InputDetails => json.ValueTextEquals("cached_tokens"u8) ? AnswerField.CachedTokens
            : json.ValueTextEquals("cache_write_tokens"u8) ? AnswerField.CacheWriteTokens
            : json.ValueTextEquals("audio_tokens"u8) ? AnswerField.AudioInputTokens
            : AnswerField.None,
            AnswerScope.OutputDetails => json.ValueTextEquals("reasoning_tokens"u8)
            || json.ValueTextEquals("thinking_tokens"u8)
                ? AnswerField.ReasoningTokens
            : json.ValueTextEquals("audio_tokens"u8) ? AnswerField.AudioOutputTokens
            : AnswerField.None,
            AnswerScope.CacheCreation => json.ValueTextEquals("ephemeral_1h_input_tokens"u8)
                ? AnswerField.CacheWrite1hTokens
                : AnswerField.None,
            AnswerScope.ServerTools => json.ValueTextEquals("web_search_requests"u8)
                ? AnswerField.WebSearches
                : AnswerField.None,
            AnswerScope.Choice => json.ValueTextEquals("delta"u8) ? AnswerField.Delta
            : json.ValueTextEquals("finish_reason"u8) ? AnswerField.FinishReason
            : json.ValueTextEquals("text"u8) ? AnswerField.Text
            : AnswerField.None,
            AnswerScope.Delta => OfDelta(ref json),
            AnswerScope.ToolCall => json.ValueTextEquals("function"u8) ? AnswerField.Function : AnswerField.None,
            AnswerScope.Function => json.ValueTextEquals("arguments"u8) || json.ValueTextEquals("name"u8)
                ? AnswerField.Text
                : AnswerField.None,
            _ => ToolFieldNames.Find(scope, ref json),
        };

    /// <summary>The scope of a value: an element of a known list, or the value of a field.</summary>
    public static AnswerScope ScopeWithin(AnswerScope parent, AnswerField field) =>
        parent switch
        {
            AnswerScope.Choices => AnswerScope.Choice,
            AnswerScope.ToolCalls => AnswerScope.ToolCall,
            AnswerScope.Items => AnswerScope.Item,
            AnswerScope.Iterations => AnswerScope.Iteration,
            AnswerScope.Tools => AnswerScope.Tool,
            AnswerScope.Blocks => AnswerScope.Block,
            _ => ScopeOf(field),
        };

    private static AnswerScope ScopeOf(AnswerField field) =>
        field switch
        {
            AnswerField.Whole => AnswerScope.Root,
            AnswerField.Usage => AnswerScope.Usage,
            AnswerField.InputDetails => AnswerScope.InputDetails,
            AnswerField.OutputDetails => AnswerScope.OutputDetails,
            AnswerField.CacheCreation => AnswerScope.CacheCreation,
            AnswerField.ServerTools => AnswerScope.ServerTools,
            AnswerField.Iterations => AnswerScope.Iterations,
            AnswerField.Choices => AnswerScope.Choices,
            AnswerField.Delta => AnswerScope.Delta,
            AnswerField.ToolCalls => AnswerScope.ToolCalls,
            AnswerField.Function => AnswerScope.Function,
            AnswerField.Output => AnswerScope.Items,
            AnswerField.Item => AnswerScope.Item,
            AnswerField.Error => AnswerScope.Error,
            AnswerField.Content => AnswerScope.Blocks,
            AnswerField.ContentBlock => AnswerScope.Block,
            _ => ToolFieldNames.ScopeOf(field),
        };

    public static EventType TypeOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("message_start"u8) ? EventType.MessageStart
        : json.ValueTextEquals("message_stop"u8) ? EventType.MessageStop
        : json.ValueTextEquals("response.output_item.done"u8) ? EventType.ItemDone
        : json.ValueTextEquals("response.audio.delta"u8) ? EventType.AudioDelta
        : json.ValueTextEquals("error"u8) ? EventType.Error
        : json.ValueTextEquals("response.completed"u8)
        || json.ValueTextEquals("response.incomplete"u8)
        || json.ValueTextEquals("response.failed"u8)
            ? EventType.ResponseEnd
        : EventType.Other;

    private static AnswerField OfRoot(ref Utf8JsonReader json) =>
        json.ValueTextEquals("type"u8) ? AnswerField.Type
        : json.ValueTextEquals("id"u8) ? AnswerField.Id
        : json.ValueTextEquals("model"u8) ? AnswerField.Model
        : json.ValueTextEquals("usage"u8) ? AnswerField.Usage
        : json.ValueTextEquals("delta"u8) ? AnswerField.Delta
        : json.ValueTextEquals("choices"u8) ? AnswerField.Choices
        : json.ValueTextEquals("service_tier"u8) ? AnswerField.ServiceTier
        : json.ValueTextEquals("response"u8) || json.ValueTextEquals("message"u8) ? AnswerField.Whole
        : json.ValueTextEquals("output"u8) ? AnswerField.Output
        : json.ValueTextEquals("item"u8) ? AnswerField.Item
        : json.ValueTextEquals("error"u8) ? AnswerField.Error
        : json.ValueTextEquals("stop_reason"u8) ? AnswerField.FinishReason
        : json.ValueTextEquals("content"u8) ? AnswerField.Content
        : json.ValueTextEquals("content_block"u8) ? AnswerField.ContentBlock
        : json.ValueTextEquals("tool_usage"u8) ? AnswerField.ToolUsage
        : json.ValueTextEquals("tools"u8) ? AnswerField.Tools
        : json.ValueTextEquals("prompt_cache_options"u8) ? AnswerField.CacheOptions
        : AnswerField.None;

    private static AnswerField OfUsage(ref Utf8JsonReader json) =>
        json.ValueTextEquals("prompt_tokens"u8) || json.ValueTextEquals("input_tokens"u8) ? AnswerField.InputTokens
        : json.ValueTextEquals("completion_tokens"u8) || json.ValueTextEquals("output_tokens"u8)
            ? AnswerField.OutputTokens
        : json.ValueTextEquals("prompt_tokens_details"u8) || json.ValueTextEquals("input_tokens_details"u8)
            ? AnswerField.InputDetails
        : json.ValueTextEquals("completion_tokens_details"u8) || json.ValueTextEquals("output_tokens_details"u8)
            ? AnswerField.OutputDetails
        : json.ValueTextEquals("cache_read_input_tokens"u8) ? AnswerField.CachedTokens
        : json.ValueTextEquals("cache_creation_input_tokens"u8) ? AnswerField.CacheWriteTokens
        : json.ValueTextEquals("cache_creation"u8) ? AnswerField.CacheCreation
        : json.ValueTextEquals("server_tool_use"u8) ? AnswerField.ServerTools
        : json.ValueTextEquals("iterations"u8) ? AnswerField.Iterations
        : json.ValueTextEquals("service_tier"u8) ? AnswerField.ServiceTier
        : json.ValueTextEquals("inference_geo"u8) ? AnswerField.Geography
        : json.ValueTextEquals("speed"u8) ? AnswerField.Speed
        : AnswerField.None;

    private static AnswerField OfDelta(ref Utf8JsonReader json) =>
        json.ValueTextEquals("content"u8)
        || json.ValueTextEquals("text"u8)
        || json.ValueTextEquals("partial_json"u8)
        || json.ValueTextEquals("thinking"u8)
        || json.ValueTextEquals("refusal"u8)
            ? AnswerField.Text
        : json.ValueTextEquals("tool_calls"u8) ? AnswerField.ToolCalls
        : json.ValueTextEquals("function_call"u8) ? AnswerField.Function
        : json.ValueTextEquals("stop_reason"u8) ? AnswerField.FinishReason
        : AnswerField.None;
}
