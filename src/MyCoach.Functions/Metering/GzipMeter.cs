using System.IO.Compression;
using System.IO.Pipelines;

namespace MyCoach.Metering;

/// <summary>
/// Meters a gzip-compressed answer by decompressing a copy; the caller receives the compressed bytes.
/// </summary>
internal sealed class GzipMeter : AnswerMeter
{
    /// <summary>
    /// What is decompressed beyond this is not metered, so that a small answer cannot take minutes of a processor. The
    /// largest real answers, lists of embeddings, have about half.
    /// </summary>
    public const long MaxPlainBytes = 256 * 1024 * 1024;

    private const int MaxWaitingBytes = 128 * 1024;

    private readonly Pipe pipe = new(
        new PipeOptions(pauseWriterThreshold: MaxWaitingBytes, useSynchronizationContext: false)
    );
    private readonly AnswerMeter inner;
    private readonly Task reading;

    public GzipMeter(AnswerMeter inner)
    {
        this.inner = inner;
        reading = ReadAsync();
    }

    public override AnswerUsage Usage => inner.Usage;

    public override bool IsExact => inner.IsExact;

    public override bool HasFinished => inner.HasFinished;

    public override long EstimateOutput(int bytesPerToken) => inner.EstimateOutput(bytesPerToken);

    public override async ValueTask CatchUpAsync() => await pipe.Writer.FlushAsync();

    public override async Task CompleteAsync()
    {
        await pipe.Writer.CompleteAsync();
        await reading;
        await inner.CompleteAsync();
    }

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(pipe.Writer.GetSpan(bytes.Length));
        pipe.Writer.Advance(bytes.Length);
    }

    private async Task ReadAsync()
    {
        await using var plain = new GZipStream(pipe.Reader.AsStream(), CompressionMode.Decompress);
        var buffer = new byte[16 * 1024];
        try
        {
            while (inner.Length < MaxPlainBytes && await plain.ReadAsync(buffer) is > 0 and var length)
            {
                inner.Write(buffer.AsSpan(0, length));
            }
        }
        catch (InvalidDataException)
        {
            // Truncated or invalid gzip: the part decompressed so far counts.
        }
    }
}
