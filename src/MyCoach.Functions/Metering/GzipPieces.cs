using System.IO.Compression;

namespace MyCoach.Metering;

/// <summary>
/// Decompresses gzip that arrives in pieces. Ends where it unpacks to much more than any real answer, so that a small
/// answer cannot take a processor for long.
/// </summary>
internal sealed class GzipPieces : IDisposable
{
    // Text seldom compresses to less than a tenth.
    private const long MaxRatio = 32;
    private const long MinMaxPlainBytes = 16 * 1024 * 1024;

    private readonly MemoryStream packed = new();
    private readonly GZipStream plain;
    private readonly byte[] buffer = new byte[8 * 1024];
    private long packedBytes;
    private long plainBytes;
    private bool isMalformed;

    public GzipPieces() => plain = new GZipStream(packed, CompressionMode.Decompress);

    /// <summary>Whether the rest is not decompressed.</summary>
    public bool IsTooLong => plainBytes >= MinMaxPlainBytes + (MaxRatio * packedBytes);

    /// <summary>Takes the next piece. What came before must have been read.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        packed.SetLength(0);
        packed.Write(piece);
        packed.Position = 0;
        // Once it is too long, it stays so.
        packedBytes += IsTooLong ? 0 : piece.Length;
    }

    /// <summary>
    /// The next decompressed bytes; empty if it takes another piece, if the rest is malformed, or if it is too long.
    /// </summary>
    public ReadOnlySpan<byte> Read()
    {
        if (isMalformed || IsTooLong)
        {
            return default;
        }
        try
        {
            // The stream does not mind an end of its source: it continues as soon as there is more.
            var length = plain.Read(buffer);
            plainBytes += length;
            return buffer.AsSpan(0, length);
        }
        catch (InvalidDataException)
        {
            isMalformed = true;
            return default;
        }
    }

    public void Dispose() => plain.Dispose();
}
