using System.Text.Json;

namespace MyCoach.Bounds;

/// <summary>Members of a request's objects, as providers read them: one that is <c>null</c> is not there.</summary>
internal static class JsonMembers
{
    /// <summary>Null where it is not there, or the value is no object.</summary>
    public static JsonElement? Find(this JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) ? member : null;

    public static bool Has(this JsonElement value, string name) => value.Find(name) is { ValueKind: not JsonValueKind.Null };

    /// <summary>Null where it is no text.</summary>
    public static string? Text(this JsonElement value, string name) =>
        value.Find(name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    /// <summary>A whole number from 0, however it is written; null where it is none.</summary>
    public static long? Count(this JsonElement value, string name) =>
        value.Find(name) is { ValueKind: JsonValueKind.Number } member
        && member.TryGetDouble(out var count)
        && count >= 0
        && Math.Floor(count) == count
            ? (long)Math.Min(count, long.MaxValue / 2)
            : null;

    /// <summary>The objects of a list; none where it is no list.</summary>
    public static IEnumerable<JsonElement> Objects(this JsonElement holder, string name) =>
        holder.Find(name) is { ValueKind: JsonValueKind.Array } all ? all.EnumerateArray().Where(one => one.ValueKind == JsonValueKind.Object) : [];
}
