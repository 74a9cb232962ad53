using System.Buffers;
using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>Meters a stream of server-sent events without allocating per event.</summary>
/// <param name="alternatives">How many choices the stream contains (<c>n</c>).</param>
internal sealed class EventStreamMeter(long alternatives = 1) : AnswerMeter
{
    private const int MaxEventBytes = 32 * 1024 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = AnswerReader.MaxDepth };

    private readonly ArrayBufferWriter<byte> line = new();
    private readonly ArrayBufferWriter<byte> data = new();
    private AnswerReader? reader;
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
                line.Write(rest);
                return bytes.Length;
            }
            isAfterReturn = rest[end] == '\r';
            taken += end + 1;
            if (line.WrittenCount == 0)
            {
                isComplete = TakeLine(rest[..end]);
            }
            else
            {
                line.Write(rest[..end]);
                isComplete = TakeLine(line.WrittenSpan);
                line.ResetWrittenCount();
            }
        }
    }

    public override Task CompleteAsync()
    {
        // The connection may have broken after the event's content but before its line end. The content still counts.
        if (line.WrittenCount > 0)
        {
            TakeLine(line.WrittenSpan);
        }
        TakeLine([]);
        return Task.CompletedTask;
    }

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[TakeEvent(bytes, out _)..];
        }
    }

    // Returns true for the empty line that ends an event.
    private bool TakeLine(ReadOnlySpan<byte> text)
    {
        if (text.Length == 0)
        {
            IsUsageOnly = false;
            if (hasData)
            {
                TakeData(data.WrittenSpan);
                data.ResetWrittenCount();
                hasData = false;
            }
            return true;
        }
        if (text.StartsWith("data:"u8) && data.WrittenCount < MaxEventBytes)
        {
            if (hasData)
            {
                data.Write("\n"u8);
            }
            data.Write(text[5..]);
            hasData = true;
        }
        return false;
    }

    private void TakeData(ReadOnlySpan<byte> text)
    {
        if (text.Trim((byte)' ').SequenceEqual("[DONE]"u8))
        {
            hasEnded = true;
            return;
        }
        reader ??= new AnswerReader(Usage);
        reader.Begin();
        try
        {
            var json = new Utf8JsonReader(text, Options);
            reader.Read(ref json);
        }
        catch (Exception fault) when (JsonText.IsMalformedInput(fault))
        {
            // Not an event of a known format. The caller still receives it unchanged.
            return;
        }
        reader.End();
        IsUsageOnly = reader.IsUsageOnly;
        statesEarly |= reader.Type == EventType.MessageStart;
        hasStopped |= reader.Type == EventType.MessageStop;
        // An error does not end the stream: the partial answer with its usage can follow.
        hasEnded |= reader.Type is EventType.MessageStop or EventType.ResponseEnd;
    }
}
