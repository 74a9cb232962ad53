using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace MyCoach.Gateway;

/// <summary>Replaces and inserts text in the bytes of a JSON body. All other bytes stay as they came.</summary>
internal sealed class BodyEdits(ArraySegment<byte> bytes)
{
    private readonly List<(Span Span, byte[] Text)> edits = [];

    /// <summary>A part of the body, in bytes.</summary>
    public readonly record struct Span(int Start, int Length);

    public void Replace(Span span, byte[] text) => edits.Add((span, text));

    /// <summary>Appends a field to an object.</summary>
    public void Append(JsonElement parent, ReadOnlySpan<byte> field) =>
        Replace(EndOf(parent), [.. Encoding.UTF8.GetBytes(CommaIn(parent)), .. field]);

    /// <param name="element">Of a document that was parsed from these bytes.</param>
    public Span SpanOf(JsonElement element)
    {
        var raw = JsonMarshal.GetRawUtf8Value(element);
        return ((ReadOnlySpan<byte>)bytes).Overlaps(raw, out var start)
            ? new Span(start, raw.Length)
            : throw new InvalidOperationException("The document is not of these bytes.");
    }

    /// <summary>The place before an object's closing brace.</summary>
    public Span EndOf(JsonElement parent)
    {
        var span = SpanOf(parent);
        return new Span(span.Start + span.Length - 1, 0);
    }

    public static string CommaIn(JsonElement parent) => parent.EnumerateObject().Any() ? "," : "";

    /// <summary>The body with all edits.</summary>
    public ArraySegment<byte> Write()
    {
        if (edits.Count == 0)
        {
            return bytes;
        }
        using var written = new MemoryStream(bytes.Count + 256);
        var from = 0;
        foreach (var (span, text) in edits.OrderBy(edit => edit.Span.Start))
        {
            written.Write(bytes.AsSpan()[from..span.Start]);
            written.Write(text);
            from = span.Start + span.Length;
        }
        written.Write(bytes.AsSpan()[from..]);
        return new ArraySegment<byte>(written.GetBuffer(), 0, (int)written.Length);
    }
}
