using System.Buffers;
using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>Meters an answer that is one JSON object. Buffers only the current incomplete token.</summary>
/// <param name="generates">Whether the answer is generated text rather than embedding vectors.</param>
internal sealed class JsonMeter(bool generates) : AnswerMeter
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = AnswerReader.MaxDepth };

    private readonly ArrayBufferWriter<byte> rest = new();
    private AnswerReader? reader;
    private JsonReaderState state = new(Options);
    private int nextParseLength;
    private bool isBroken;

    public override bool IsExact => Usage.InputTokens is not null && (Usage.OutputTokens is not null || !generates);

    public override long EstimateOutput(int bytesPerToken) => generates ? base.EstimateOutput(bytesPerToken) : 0;

    public override Task CompleteAsync()
    {
        if (!isBroken)
        {
            // Bytes that arrived after the last parse.
            Read(rest.WrittenSpan);
        }
        reader?.End();
        return Task.CompletedTask;
    }

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        if (isBroken)
        {
            return;
        }
        if (rest.WrittenCount == 0)
        {
            Keep(bytes[Read(bytes)..]);
            return;
        }
        rest.Write(bytes);
        // Parse an incomplete token again only after the buffer has doubled, so that long tokens take linear time.
        if (rest.WrittenCount >= nextParseLength)
        {
            var read = Read(rest.WrittenSpan);
            if (read > 0)
            {
                var left = rest.WrittenSpan[read..].ToArray();
                rest.ResetWrittenCount();
                rest.Write(left);
            }
            nextParseLength = 2 * rest.WrittenCount;
        }
    }

    private void Keep(ReadOnlySpan<byte> left)
    {
        rest.Write(left);
        nextParseLength = 0;
    }

    private int Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var json = new Utf8JsonReader(bytes, isFinalBlock: false, state);
            reader ??= new AnswerReader(Usage);
            reader.Read(ref json);
            state = json.CurrentState;
            return (int)json.BytesConsumed;
        }
        catch (Exception fault) when (JsonText.IsMalformedInput(fault))
        {
            isBroken = true;
            return bytes.Length;
        }
    }
}
