namespace MyCoach.Gateway;

/// <summary>Replaces and inserts text in the bytes of a JSON body. All other bytes stay as they came.</summary>
internal sealed class BodyEdits(ReceivedBody body)
{
    private readonly List<(Range Span, byte[] Text)> edits = [];

    /// <summary>Of the body with all edits, in bytes.</summary>
    public long Length { get; private set; } = body.Length;

    public void Replace(Range span, byte[] text)
    {
        Length += text.Length - (span.End.Value - span.Start.Value);
        edits.Add((span, text));
    }

    /// <summary>The body with all edits, in pieces.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces()
    {
        var from = 0;
        foreach (var (span, text) in edits.OrderBy(edit => edit.Span.Start.Value))
        {
            yield return body.Bytes[from..span.Start];
            yield return text;
            from = span.End.Value;
        }
        yield return body.Bytes[from..];
    }
}
