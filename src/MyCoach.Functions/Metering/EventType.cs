namespace MyCoach.Metering;

/// <summary>The event types that change the meaning of another field or end a stream.</summary>
internal enum EventType : byte
{
    /// <summary>An answer that is no event, or an event without a type.</summary>
    None,
    Other,
    MessageStart,
    MessageStop,

    /// <summary><c>response.completed</c>, <c>response.incomplete</c> or <c>response.failed</c>.</summary>
    ResponseEnd,
    ItemDone,
    AudioDelta,
    Error,
}
