using System.Buffers;
using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>Meters a stream of server-sent events. Nothing is allocated for an event.</summary>
/// <param name="alternatives">How many answers the stream holds side by side.</param>
internal sealed class EventStreamMeter(long alternatives = 1) : AnswerMeter
{
    private const int MostEventBytes = 32 * 1024 * 1024;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = AnswerReader.MostDepth };

    private readonly ArrayBufferWriter<byte> line = new();
    private readonly ArrayBufferWriter<byte> data = new();
    private AnswerReader? reader;
    private bool hasData;
    private bool isAfterReturn;
    private bool hasEnded;
    private bool statesEarly;
    private bool hasStopped;

    public override bool HasEnded => hasEnded;

    public override bool HasFinished => hasEnded || IsExact || Usage.HasError || Usage.Finishes >= alternatives;

    // Anthropic states numbers from the start, and the last ones only with the reason why it ended.
    public override bool IsExact => Usage is { InputTokens: not null, OutputTokens: not null } && (!statesEarly || hasStopped || Usage.Finishes > 0);

    // Of the text alone: some providers pad their events. OpenAI sends about a token an event.
    public override long EstimateOutput(int bytesPerToken) => Math.Max(Usage.TextEvents, (Usage.TextBytes + bytesPerToken - 1) / bytesPerToken);

    /// <summary>Whether the event that <see cref="TakeEvent"/> completed is the one of a chat that states the usage and nothing else.</summary>
    public bool IsUsageAlone { get; private set; }

    /// <summary>Takes bytes up to the end of an event, or all where none ends in them, and says how many.</summary>
    public int TakeEvent(ReadOnlySpan<byte> bytes, out bool isComplete)
    {
        isComplete = false;
        for (var taken = 0; ; )
        {
            // The second half of a line's end, whose first half was taken for the whole.
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
        // A provider that broke off after the last character that matters has stated it all the same.
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

    // True for the empty line that ends an event.
    private bool TakeLine(ReadOnlySpan<byte> text)
    {
        if (text.Length == 0)
        {
            IsUsageAlone = false;
            if (hasData)
            {
                TakeData(data.WrittenSpan);
                data.ResetWrittenCount();
                hasData = false;
            }
            return true;
        }
        if (text.StartsWith("data:"u8) && data.WrittenCount < MostEventBytes)
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
        catch (Exception fault) when (JsonText.IsAtFault(fault))
        {
            // Not one of the events that are known; whatever it is, it is the caller's.
            return;
        }
        reader.End();
        IsUsageAlone = reader.IsUsageAlone;
        statesEarly |= reader.Type == EventType.MessageStart;
        hasStopped |= reader.Type == EventType.MessageStop;
        // An error is not the end: the answer as far as it came, with what it cost, can follow.
        hasEnded |= reader.Type is EventType.MessageStop or EventType.ResponseEnd;
    }
}
