using System.Buffers.Text;
using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>Measures strings as they stand in the JSON, without making them. Half a surrogate pair, of which no string can be made, is measured too.</summary>
internal static class JsonText
{
    /// <summary>The length in UTF-8 of the string that the reader has come to.</summary>
    public static long LengthOf(ref Utf8JsonReader json)
    {
        var rest = json.ValueSpan;
        var length = 0L;
        while (json.ValueIsEscaped && rest.IndexOf((byte)'\\') is >= 0 and var plain)
        {
            var isUnit = rest[plain + 1] == 'u';
            length += plain + (isUnit ? LengthOf(rest.Slice(plain + 2, 4)) : 1);
            rest = rest[(plain + (isUnit ? 6 : 2))..];
        }
        return length + rest.Length;
    }

    /// <summary>The string that the reader has come to. Every event of a stream names its model again: no new string for what is known.</summary>
    public static string Keep(string? known, ref Utf8JsonReader json) => known is not null && json.ValueTextEquals(known) ? known : json.GetString()!;

    /// <summary>Whether it comes of what was read: no JSON, or half a surrogate pair where a string is made or compared.</summary>
    public static bool IsAtFault(Exception fault) => fault is JsonException or InvalidOperationException;

    // Of one UTF-16 unit: the two halves of a surrogate pair are four bytes together.
    private static int LengthOf(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out ushort unit, out _, 'x') && unit < 0x80 ? 1
        : unit < 0x800 || char.IsSurrogate((char)unit) ? 2
        : 3;
}
