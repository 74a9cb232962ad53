using MyCoach.Providers;

namespace MyCoach.Metering;

internal static class Meters
{
    /// <summary>The meter for an answer of this type and encoding; null if no provider sends such an answer.</summary>
    public static AnswerMeter? For(Operation operation, string? mediaType, string? contentEncoding, long alternatives)
    {
        AnswerMeter? meter = mediaType switch
        {
            "text/event-stream" => new EventStreamMeter(alternatives),
            "application/json" => new JsonMeter(generates: operation.Generates),
            _ => null,
        };
        return (meter, contentEncoding) switch
        {
            (null, _) or (_, null or "" or "identity") => meter,
            (_, "gzip") => new GzipMeter(meter),
            _ => null,
        };
    }
}
