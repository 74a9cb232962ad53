using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MyCoach.Usage;

/// <summary>Reads a body with a member <c>events</c> as a batch, and any other body as a single call.</summary>
internal sealed class UsageRequestConverter : JsonConverter<UsageRequest>
{
    public override UsageRequest? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FindEvents(reader, out var isTooLong) switch
        {
            false => new UsageRequest { Single = JsonSerializer.Deserialize(ref reader, TypeOf<UsagePost>(options)) },
            true when isTooLong => Skip(ref reader),
            true => new UsageRequest { Batch = JsonSerializer.Deserialize(ref reader, TypeOf<UsageBatch>(options)) },
        };

    public override void Write(Utf8JsonWriter writer, UsageRequest value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Usage requests cannot be serialised.");

    private static JsonTypeInfo<T> TypeOf<T>(JsonSerializerOptions options) =>
        (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    // Deserialising hundreds of thousands of events, to refuse them, would take many times the memory of the body.
    private static UsageRequest Skip(ref Utf8JsonReader reader)
    {
        reader.TrySkip();
        return new UsageRequest { Batch = UsageBatch.TooLong };
    }

    // Works on a copy of the reader, so the deserialiser still starts at the beginning.
    private static bool FindEvents(Utf8JsonReader reader, out bool isTooLong)
    {
        (isTooLong, var hasEvents) = (false, false);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }
        try
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (IsEvents(in reader))
                {
                    hasEvents = true;
                    isTooLong = HasTooMany(reader);
                    return true;
                }
                // The buffer has the whole value, but Skip throws if the reader expects more data, so use TrySkip.
                if (!reader.TrySkip())
                {
                    return false;
                }
            }
        }
        catch (JsonException)
        {
            // The deserialiser fails at the same position and reports it.
        }
        return hasEvents;
    }

    private static bool HasTooMany(Utf8JsonReader reader)
    {
        var count = 0;
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (
                ;
                count <= UsageBatch.MaxEvents && reader.Read() && reader.TokenType != JsonTokenType.EndArray;
                count++
            )
            {
                reader.TrySkip();
            }
        }
        return count > UsageBatch.MaxEvents;
    }

    private static bool IsEvents(ref readonly Utf8JsonReader name)
    {
        try
        {
            return string.Equals(name.GetString(), nameof(UsageBatch.Events), StringComparison.OrdinalIgnoreCase);
        }
        catch (InvalidOperationException)
        {
            // The name contains an unpaired surrogate.
            return false;
        }
    }
}
