namespace MyCoach.Metering;

/// <summary>The reader's position in an answer's JSON. <see cref="Ignored"/> covers an irrelevant object and everything in it.</summary>
internal enum AnswerScope : byte
{
    Ignored,

    /// <summary>The answer itself: a body, an event, or the complete response or message inside an event.</summary>
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

/// <summary>The meaning of a JSON field that the reader uses.</summary>
internal enum AnswerField : byte
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

/// <summary>The event types that change the meaning of another field or end a stream.</summary>
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
