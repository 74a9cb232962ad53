using System.Buffers;

namespace MyCoach.Metering;

/// <summary>Meters a stream of server-sent events without allocating per event.</summary>
/// <param name="alternatives">How many choices the stream contains (<c>n</c>).</param>
internal sealed class EventStreamMeter(long alternatives = 1) : AnswerMeter
{
    private const int DoneBytes = 16;

    private readonly ArrayBufferWriter<byte> start = new(DoneBytes);
    private AnswerReader? reader;
    private JsonFeed? feed;
    private int markLength;
    private bool hasStarted;
    private long lineLength;
    private int prefixLength;
    private bool hasData;
    private bool isAfterReturn;
    private bool hasEnded;
    private bool statesEarly;
    private bool hasStopped;

    public override bool HasEnded => hasEnded;

    public override bool HasFinished => hasEnded || IsExact || Usage.HasError || Usage.FinishedChoices >= alternatives;

    // Anthropic states numbers from the start; they are final only once it states a stop reason.
    public override bool IsExact =>
        Usage is { InputTokens: not null, OutputTokens: not null }
        && (!statesEarly || hasStopped || Usage.FinishedChoices > 0);

    // Counts only the text, because some providers pad their events. OpenAI sends about one token per event.
    public override long EstimateOutput(int bytesPerToken) =>
        Math.Max(Usage.TextEvents, (Usage.TextBytes + bytesPerToken - 1) / bytesPerToken);

    /// <summary>
    /// Whether the event that <see cref="TakeEvent"/> completed is the chat event that contains only the usage.
    /// </summary>
    public bool IsUsageOnly { get; private set; }

    /// <summary>
    /// Reads up to the end of an event, or all bytes if no event ends in them. Returns how many it read.
    /// </summary>
    public int TakeEvent(ReadOnlySpan<byte> bytes, out bool isComplete)
    {
        isComplete = false;
        for (var taken = 0; ; )
        {
            // The LF of a CRLF whose CR has already ended the line.
            taken += isAfterReturn && taken < bytes.Length && bytes[taken] == '\n' ? 1 : 0;
            isAfterReturn &= taken == bytes.Length;
            if (isComplete || taken == bytes.Length)
            {
                return taken;
            }
            var rest = bytes[taken..];
            var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            if (end < 0)
            {
                TakeLinePart(rest);
                return bytes.Length;
            }
            isAfterReturn = rest[end] == '\r';
            taken += end + 1;
            TakeLinePart(rest[..end]);
            isComplete = EndLine();
        }
    }

    public override void Complete()
    {
        // The connection may have broken after the event's content but before its line end. The content still counts.
        EndEvent();
    }

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[TakeEvent(bytes, out _)..];
        }
    }

    // Only lines that begin with the prefix count.
    private void TakeLinePart(ReadOnlySpan<byte> text)
    {
        text = hasStarted ? text : WithoutMark(text);
        var prefix = "data:"u8;
        if (lineLength == prefixLength && prefixLength < prefix.Length)
        {
            var length = text.CommonPrefixLength(prefix[prefixLength..]);
            prefixLength += length;
            lineLength += length;
            text = text[length..];
            if (length > 0 && prefixLength == prefix.Length)
            {
                BeginData();
            }
        }
        if (prefixLength == prefix.Length)
        {
            TakeData(text);
        }
        lineLength += text.Length;
    }

    // A stream may begin with a byte order mark, which is no part of its first line.
    private ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> text)
    {
        var mark = "\uFEFF"u8[markLength..];
        var length = text.CommonPrefixLength(mark);
        markLength += length;
        hasStarted = length == mark.Length || length < text.Length;
        return text[length..];
    }

    // Returns true for the empty line that ends an event.
    private bool EndLine()
    {
        var isEnd = lineLength == 0;
        (lineLength, prefixLength) = (0, 0);
        if (isEnd)
        {
            EndEvent();
        }
        return isEnd;
    }

    private void BeginData()
    {
        reader ??= new AnswerReader(Usage);
        feed ??= new JsonFeed(reader);
        if (hasData)
        {
            TakeData("\n"u8);
        }
        else
        {
            feed.Begin();
            start.ResetWrittenCount();
        }
        hasData = true;
    }

    private void TakeData(ReadOnlySpan<byte> text)
    {
        start.Write(text[..Math.Min(text.Length, DoneBytes - start.WrittenCount)]);
        feed!.Add(text);
    }

    private void EndEvent()
    {
        IsUsageOnly = false;
        if (!hasData)
        {
            return;
        }
        hasData = false;
        if (start.WrittenSpan.Trim((byte)' ').SequenceEqual("[DONE]"u8))
        {
            hasEnded = true;
            return;
        }
        if (!feed!.TryEnd())
        {
            // Not an event of a known format. The caller still receives it unchanged.
            return;
        }
        reader!.End();
        IsUsageOnly = reader.IsUsageOnly;
        statesEarly |= reader.Type == EventType.MessageStart;
        hasStopped |= reader.Type == EventType.MessageStop;
        // An error does not end the stream: the partial answer with its usage can follow.
        hasEnded |= reader.Type is EventType.MessageStop or EventType.ResponseEnd;
    }
}
