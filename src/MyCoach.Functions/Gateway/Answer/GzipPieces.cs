using System.IO.Compression;

namespace MyCoach.Gateway;

/// <summary>Decompresses gzip that arrives in pieces.</summary>
internal sealed class GzipPieces : IDisposable
{
    private readonly MemoryStream packed = new();
    private readonly GZipStream plain;
    private readonly byte[] buffer = new byte[8 * 1024];
    private bool isMalformed;

    public GzipPieces() => plain = new GZipStream(packed, CompressionMode.Decompress);

    /// <summary>Takes the next piece. What came before must have been read.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        packed.SetLength(0);
        packed.Write(piece);
        packed.Position = 0;
    }

    /// <summary>
    /// The next decompressed bytes; empty if it takes another piece, or if the rest is malformed.
    /// </summary>
    public ReadOnlySpan<byte> Read()
    {
        try
        {
            // The stream does not mind an end of its source: it continues as soon as there is more.
            return isMalformed ? default : buffer.AsSpan(0, plain.Read(buffer));
        }
        catch (InvalidDataException)
        {
            isMalformed = true;
            return default;
        }
    }

    public void Dispose() => plain.Dispose();
}
