using System.Buffers;
using System.Text.Json;

namespace MyCoach.Metering;

/// <summary>Meters an answer that is one JSON object, without keeping more of it than a token that is not complete yet.</summary>
/// <param name="generates">Whether the answer is generated text, as against the vectors of an embedding.</param>
internal sealed class JsonMeter(bool generates) : AnswerMeter
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = AnswerReader.MostDepth };

    private readonly ArrayBufferWriter<byte> rest = new();
    private AnswerReader? reader;
    private JsonReaderState state = new(Options);
    private int nextTry;
    private bool isBroken;

    public override bool IsExact => Usage.InputTokens is not null && (Usage.OutputTokens is not null || !generates);

    public override long EstimateOutput(int bytesPerToken) => generates ? base.EstimateOutput(bytesPerToken) : 0;

    public override Task CompleteAsync()
    {
        if (!isBroken)
        {
            // What came after the last look at it.
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
        // A token that is still not complete is not looked at again before twice as much of it is there.
        if (rest.WrittenCount >= nextTry)
        {
            var read = Read(rest.WrittenSpan);
            if (read > 0)
            {
                var left = rest.WrittenSpan[read..].ToArray();
                rest.ResetWrittenCount();
                rest.Write(left);
            }
            nextTry = 2 * rest.WrittenCount;
        }
    }

    private void Keep(ReadOnlySpan<byte> left)
    {
        rest.Write(left);
        nextTry = 0;
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
        catch (Exception fault) when (JsonText.IsAtFault(fault))
        {
            isBroken = true;
            return bytes.Length;
        }
    }
}
