using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>Where in an answer the reader is. A place that is of no interest is <see cref="Ignored"/>, with all below it.</summary>
internal enum Place : byte
{
    Ignored,

    /// <summary>The answer itself: a body, an event, or the whole that an event carries.</summary>
    Root,
    Usage,
    InputDetails,
    OutputDetails,
    CacheCreation,
    ServerTools,
    Iterations,
    Iteration,
    Choices,
    Choice,
    Delta,
    ToolCalls,
    ToolCall,
    Function,
    Items,
    Item,
    Error,
}

/// <summary>What a member of interest means.</summary>
internal enum Member : byte
{
    None,
    Whole,
    Usage,
    InputDetails,
    OutputDetails,
    CacheCreation,
    ServerTools,
    Iterations,
    Choices,
    Delta,
    ToolCalls,
    Function,
    Output,
    Item,
    Error,
    Type,
    ItemType,
    Container,
    PartModel,
    Id,
    Model,
    ServiceTier,
    Speed,
    Geography,
    FinishReason,
    Text,
    InputTokens,
    OutputTokens,
    CachedTokens,
    CacheWriteTokens,
    CacheWrite1hTokens,
    ReasoningTokens,
    WebSearches,
}

/// <summary>The types of events that change what another of their members means, or that end a stream.</summary>
internal enum EventType : byte
{
    Other,
    MessageStart,
    MessageStop,

    /// <summary><c>response.completed</c>, <c>response.incomplete</c> or <c>response.failed</c>.</summary>
    ResponseEnd,
    ItemDone,
    AudioDelta,
    Error,
}

/// <summary>The providers' own names, place by place.</summary>
internal static class Names
{
    public static Member Find(Place place, ref Utf8JsonReader json) =>
        place switch
        {
            Place.Root => OfRoot(ref json),
            Place.Usage => OfUsage(ref json),
            Place.Iteration => json.ValueTextEquals("model"u8) ? Member.PartModel : OfUsage(ref json),
            Place.InputDetails => json.ValueTextEquals("cached_tokens"u8) ? Member.CachedTokens
            : json.ValueTextEquals("cache_write_tokens"u8) ? Member.CacheWriteTokens
            : Member.None,
            Place.OutputDetails => json.ValueTextEquals("reasoning_tokens"u8) || json.ValueTextEquals("thinking_tokens"u8)
                ? Member.ReasoningTokens
                : Member.None,
            Place.CacheCreation => json.ValueTextEquals("ephemeral_1h_input_tokens"u8) ? Member.CacheWrite1hTokens : Member.None,
            Place.ServerTools => json.ValueTextEquals("web_search_requests"u8) ? Member.WebSearches : Member.None,
            Place.Choice => json.ValueTextEquals("delta"u8) ? Member.Delta
            : json.ValueTextEquals("finish_reason"u8) ? Member.FinishReason
            : Member.None,
            Place.Delta => OfDelta(ref json),
            Place.ToolCall => json.ValueTextEquals("function"u8) ? Member.Function : Member.None,
            Place.Function => json.ValueTextEquals("arguments"u8) || json.ValueTextEquals("name"u8) ? Member.Text : Member.None,
            Place.Item => json.ValueTextEquals("type"u8) ? Member.ItemType
            : json.ValueTextEquals("container_id"u8) ? Member.Container
            : Member.None,
            _ => Member.None,
        };

    /// <summary>Where the reader is once it enters what a member holds.</summary>
    public static Place PlaceOf(Member member) =>
        member switch
        {
            Member.Whole => Place.Root,
            Member.Usage => Place.Usage,
            Member.InputDetails => Place.InputDetails,
            Member.OutputDetails => Place.OutputDetails,
            Member.CacheCreation => Place.CacheCreation,
            Member.ServerTools => Place.ServerTools,
            Member.Iterations => Place.Iterations,
            Member.Choices => Place.Choices,
            Member.Delta => Place.Delta,
            Member.ToolCalls => Place.ToolCalls,
            Member.Function => Place.Function,
            Member.Output => Place.Items,
            Member.Item => Place.Item,
            Member.Error => Place.Error,
            _ => Place.Ignored,
        };

    public static EventType TypeOf(ref Utf8JsonReader json) =>
        json.ValueTextEquals("message_start"u8) ? EventType.MessageStart
        : json.ValueTextEquals("message_stop"u8) ? EventType.MessageStop
        : json.ValueTextEquals("response.output_item.done"u8) ? EventType.ItemDone
        : json.ValueTextEquals("response.audio.delta"u8) ? EventType.AudioDelta
        : json.ValueTextEquals("error"u8) ? EventType.Error
        : json.ValueTextEquals("response.completed"u8) || json.ValueTextEquals("response.incomplete"u8) || json.ValueTextEquals("response.failed"u8)
            ? EventType.ResponseEnd
        : EventType.Other;

    private static Member OfRoot(ref Utf8JsonReader json) =>
        json.ValueTextEquals("type"u8) ? Member.Type
        : json.ValueTextEquals("id"u8) ? Member.Id
        : json.ValueTextEquals("model"u8) ? Member.Model
        : json.ValueTextEquals("usage"u8) ? Member.Usage
        : json.ValueTextEquals("delta"u8) ? Member.Delta
        : json.ValueTextEquals("choices"u8) ? Member.Choices
        : json.ValueTextEquals("service_tier"u8) ? Member.ServiceTier
        : json.ValueTextEquals("response"u8) || json.ValueTextEquals("message"u8) ? Member.Whole
        : json.ValueTextEquals("output"u8) ? Member.Output
        : json.ValueTextEquals("item"u8) ? Member.Item
        : json.ValueTextEquals("error"u8) ? Member.Error
        : json.ValueTextEquals("stop_reason"u8) ? Member.FinishReason
        : Member.None;

    private static Member OfUsage(ref Utf8JsonReader json) =>
        json.ValueTextEquals("prompt_tokens"u8) || json.ValueTextEquals("input_tokens"u8) ? Member.InputTokens
        : json.ValueTextEquals("completion_tokens"u8) || json.ValueTextEquals("output_tokens"u8) ? Member.OutputTokens
        : json.ValueTextEquals("prompt_tokens_details"u8) || json.ValueTextEquals("input_tokens_details"u8) ? Member.InputDetails
        : json.ValueTextEquals("completion_tokens_details"u8) || json.ValueTextEquals("output_tokens_details"u8) ? Member.OutputDetails
        : json.ValueTextEquals("cache_read_input_tokens"u8) ? Member.CachedTokens
        : json.ValueTextEquals("cache_creation_input_tokens"u8) ? Member.CacheWriteTokens
        : json.ValueTextEquals("cache_creation"u8) ? Member.CacheCreation
        : json.ValueTextEquals("server_tool_use"u8) ? Member.ServerTools
        : json.ValueTextEquals("iterations"u8) ? Member.Iterations
        : json.ValueTextEquals("service_tier"u8) ? Member.ServiceTier
        : json.ValueTextEquals("inference_geo"u8) ? Member.Geography
        : json.ValueTextEquals("speed"u8) ? Member.Speed
        : Member.None;

    private static Member OfDelta(ref Utf8JsonReader json) =>
        json.ValueTextEquals("content"u8)
        || json.ValueTextEquals("text"u8)
        || json.ValueTextEquals("partial_json"u8)
        || json.ValueTextEquals("thinking"u8)
        || json.ValueTextEquals("refusal"u8)
            ? Member.Text
        : json.ValueTextEquals("tool_calls"u8) ? Member.ToolCalls
        : json.ValueTextEquals("function_call"u8) ? Member.Function
        : json.ValueTextEquals("stop_reason"u8) ? Member.FinishReason
        : Member.None;
}
