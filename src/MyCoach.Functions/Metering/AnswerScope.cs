namespace MyCoach.Metering;

/// <summary>
/// The reader's position in an answer's JSON. <see cref="Ignored"/> covers an irrelevant object and everything in it.
/// </summary>
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
    Action,
    ToolUsage,
    WebSearchUsage,
    FileSearchUsage,
    SessionUsage,
    ImageUsage,
    ImageInputDetails,
    ImageOutputDetails,

    /// <summary>The tools that an answer repeats from its request.</summary>
    Tools,
    Tool,
    CacheOptions,

    /// <summary>The content of Anthropic's messages.</summary>
    Blocks,
    Block,
    FallbackTarget,
    Error,
}
