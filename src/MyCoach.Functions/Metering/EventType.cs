namespace MyCoach.Metering;

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
