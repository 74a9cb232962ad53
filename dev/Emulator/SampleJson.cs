using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator;

/// <summary>
/// A value that matches a JSON schema: arguments of a tool, or a structured answer. Strings without a format have two
/// words, so that a stream splits them.
/// </summary>
internal sealed class SampleJson(JsonNode? root)
{
    // A schema may refer to itself.
    private const int MaxDepth = 8;

    public static JsonNode? For(JsonNode? schema) => new SampleJson(schema).ValueFor(schema, 0);

    private JsonNode? ValueFor(JsonNode? node, int depth)
    {
        if (node is not JsonObject schema || depth > MaxDepth)
            return null;
        if (schema["$ref"].AsText() is { } reference)
            return ValueFor(Find(reference), depth + 1);
        if (schema["const"] is { } constant)
            return constant.DeepClone();
        if (schema["enum"] is JsonArray { Count: > 0 } choices)
            return choices[0]?.DeepClone();
        if ((schema["anyOf"] ?? schema["oneOf"]) is JsonArray { Count: > 0 } alternatives)
            return ValueFor(alternatives.FirstOrDefault(one => one?["type"].AsText() is not "null"), depth + 1);
        return TypeOf(schema) switch
        {
            "integer" or "number" => schema["minimum"]?.DeepClone() ?? 1,
            "boolean" => true,
            "array" => ArrayFor(schema, depth),
            "object" => ObjectFor(schema, depth),
            "null" => null,
            _ => TextFor(schema["format"].AsText()),
        };
    }

    private JsonObject ObjectFor(JsonObject schema, int depth)
    {
        var value = new JsonObject();
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
            value[name] = ValueFor(property, depth + 1);
        return value;
    }

    private JsonArray ArrayFor(JsonObject schema, int depth)
    {
        var count = schema["minItems"] is JsonValue least && least.TryGetValue(out int whole) ? whole : 0;
        return [.. Enumerable.Range(0, Math.Min(count, MaxDepth)).Select(_ => ValueFor(schema["items"], depth + 1))];
    }

    private static string TextFor(string? format) =>
        format switch
        {
            "date-time" => "2026-01-01T00:00:00Z",
            "date" => "2026-01-01",
            "time" => "00:00:00Z",
            "email" => "emulated@example.com",
            "uri" => "https://example.com/",
            "uuid" => "00000000-0000-4000-8000-000000000000",
            _ => "emulated value",
        };

    // "type" may be a list, of which the first that is not null counts. Without a type, properties make an object.
    private static string? TypeOf(JsonObject schema) =>
        schema["type"] is JsonArray types
            ? types.Select(type => type.AsText()).FirstOrDefault(type => type is not "null")
            : schema["type"].AsText() ?? (schema.ContainsKey("properties") ? "object" : null);

    // Only references into the same schema: #/$defs/name.
    private JsonNode? Find(string reference) =>
        reference
            .TrimStart('#')
            .Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(root, (node, name) => (node as JsonObject)?[name]);
}
