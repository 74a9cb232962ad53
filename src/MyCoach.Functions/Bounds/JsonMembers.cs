using System.Text.Json;

namespace MyCoach.Bounds;

/// <summary>Reads members of a request's JSON objects as providers do: a member that is <c>null</c> counts as absent.</summary>
internal static class JsonMembers
{
    /// <summary>Null if the member is absent or the value is not an object.</summary>
    public static JsonElement? Find(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    public static bool Has(this JsonElement value, string name) => value.Find(name) is { ValueKind: not JsonValueKind.Null };

    /// <summary>Null if the member is not a string.</summary>
    public static string? Text(this JsonElement value, string name) =>
        value.Find(name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    /// <summary>A non-negative integer in any JSON notation, such as <c>1e3</c>; null if the member is anything else.</summary>
    public static long? Count(this JsonElement value, string name) =>
        value.Find(name) is { ValueKind: JsonValueKind.Number } member
        && member.TryGetDouble(out var count)
        && count >= 0
        && Math.Floor(count) == count
            ? (long)Math.Min(count, long.MaxValue / 2)
            : null;

    /// <summary>The objects in an array; empty if the member is not an array.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement holder, string name) =>
        holder.Find(name) is { ValueKind: JsonValueKind.Array } items
            ? items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];
}
