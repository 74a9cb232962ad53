namespace MyCoach.Metering;

/// <summary>Receives a part of an answer as it is decompressed.</summary>
internal delegate void PlainPart(ReadOnlySpan<byte> bytes);

/// <summary>
/// Meters a gzip-compressed answer by decompressing a copy; the caller receives the compressed bytes.
/// </summary>
internal sealed class GzipMeter(AnswerMeter inner) : AnswerMeter, IDisposable
{
    private readonly GzipPieces gzip = new();

    /// <summary>Called with each decompressed part, so that nothing else has to decompress the answer again.</summary>
    public PlainPart? Watch { get; set; }

    public override AnswerUsage Usage => inner.Usage;

    public override bool IsExact => inner.IsExact;

    public override bool HasFinished => inner.HasFinished;

    public override long EstimateOutput(int bytesPerToken) => inner.EstimateOutput(bytesPerToken);

    public override void Complete() => inner.Complete();

    public void Dispose() => gzip.Dispose();

    protected override void Take(ReadOnlySpan<byte> bytes)
    {
        gzip.Add(bytes);
        while (gzip.Read() is { Length: > 0 } plain)
        {
            inner.Write(plain);
            Watch?.Invoke(plain);
        }
    }
}
