using System.Text.Json;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>A JSON body whose fields may have any type: a field of the wrong type reads as absent.</summary>
internal sealed class RequestBody(JsonObject json)
{
    // Otherwise a duplicate name would throw only later, when a field is read.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public IEnumerable<string> Names => json.Select(member => member.Key);

    public JsonNode? this[string name] => json[name];

    public static async Task<RequestBody?> TryReadAsync(HttpRequest request)
    {
        try
        {
            var node = await JsonNode.ParseAsync(
                request.Body,
                documentOptions: Strict,
                cancellationToken: request.HttpContext.RequestAborted
            );
            return node is JsonObject json ? new RequestBody(json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public bool Has(string name) => json[name] is not null;

    public string? Text(string name) => json[name].AsText();

    public long? Whole(string name) =>
        json[name] is JsonValue value && value.TryGetValue(out long whole) ? whole : null;

    public int? Count(string name) => json[name] is JsonValue value && value.TryGetValue(out int count) ? count : null;

    public bool Flag(string name, bool defaultValue = false) =>
        json[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : defaultValue;

    /// <summary>A copy with another value of a field.</summary>
    public RequestBody With(string name, JsonNode value)
    {
        var copy = json.DeepClone().AsObject();
        copy[name] = value;
        return new RequestBody(copy);
    }

    public JsonArray? Items(string name) => json[name] as JsonArray;
}

internal static class JsonReading
{
    public static string? AsText(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
