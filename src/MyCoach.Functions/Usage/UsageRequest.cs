using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MyCoach.Http;

namespace MyCoach.Usage;

/// <summary>Up to 50 model calls. If one of them is invalid, none is recorded.</summary>
public sealed record UsageBatch
{
    internal const int MostEvents = 50;

    [Required]
    public IReadOnlyList<UsagePost>? Events { get; init; }

    internal FieldErrors Validate(DateTimeOffset now)
    {
        var errors = new FieldErrors();
        if (Events is not { Count: >= 1 and <= MostEvents })
        {
            return errors.Add("events", $"must be a list of 1 to {MostEvents} events");
        }
        foreach (var (i, post) in Events.Index())
        {
            if (post is null)
            {
                errors.Add($"events[{i}]", "must be an event");
            }
            else
            {
                errors.AddAll(post.Validate(now), $"events[{i}].");
            }
        }
        return errors;
    }
}

/// <summary>A single model call, or several under <c>events</c>.</summary>
[JsonConverter(typeof(UsageRequestConverter))]
public sealed class UsageRequest
{
    internal UsagePost? Single { get; init; }

    internal UsageBatch? Batch { get; init; }

    internal FieldErrors Validate(DateTimeOffset now) => Batch?.Validate(now) ?? Single!.Validate(now);
}

/// <summary>Reads a body with a member <c>events</c> as a batch, and any other body as a single call.</summary>
internal sealed class UsageRequestConverter : JsonConverter<UsageRequest>
{
    public override UsageRequest? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        HasEvents(reader)
            ? new UsageRequest { Batch = JsonSerializer.Deserialize(ref reader, TypeOf<UsageBatch>(options)) }
            : new UsageRequest { Single = JsonSerializer.Deserialize(ref reader, TypeOf<UsagePost>(options)) };

    public override void Write(Utf8JsonWriter writer, UsageRequest value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Usage requests cannot be serialised.");

    private static JsonTypeInfo<T> TypeOf<T>(JsonSerializerOptions options) => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));

    // Works on a copy of the reader, so the deserialiser still starts at the beginning.
    private static bool HasEvents(Utf8JsonReader reader)
    {
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
        return false;
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
