using System.Buffers.Text;
using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>
/// Measures JSON strings without decoding them. This also works for an unpaired surrogate, which cannot be decoded.
/// </summary>
internal static class JsonText
{
    /// <summary>The UTF-8 length of the reader's current string.</summary>
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

    /// <summary>The UTF-8 text of a JSON string that is given with its quotation marks.</summary>
    /// <exception cref="InvalidOperationException">It has an unpaired surrogate.</exception>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> quoted)
    {
        var json = new Utf8JsonReader(quoted);
        json.Read();
        var text = new byte[quoted.Length];
        return text.AsSpan(0, json.CopyString(text));
    }

    /// <summary>
    /// The reader's current string. Reuses an equal known instance, because every event of a stream repeats e.g. the
    /// model.
    /// </summary>
    public static string ReadOrReuse(string? known, ref Utf8JsonReader json) =>
        known is not null && json.ValueTextEquals(known) ? known : json.GetString()!;

    /// <summary>Whether malformed input caused the exception: invalid JSON or an unpaired surrogate.</summary>
    public static bool IsMalformedInput(Exception fault) => fault is JsonException or InvalidOperationException;

    // The UTF-8 length of one UTF-16 unit. Each half of a surrogate pair counts as two bytes.
    private static int LengthOf(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits, out ushort unit, out _, 'x') && unit < 0x80 ? 1
        : unit < 0x800 || char.IsSurrogate((char)unit) ? 2
        : 3;
}
