using System.Buffers;
using MyCoach.Metering;

namespace MyCoach.Gateway;

/// <summary>
/// Sends a compressed answer. Searches a decompressed copy for the key before the bytes pass, which are then the
/// provider's own. An answer that contains the key is sent decompressed and masked. If compressed bytes of it have
/// passed already, the connection is aborted.
/// </summary>
internal sealed class GzipOutput(HttpResponse response, KeyMask mask, bool passesAtOnce) : ClientOutput(response)
{
    // No provider's error is larger.
    private const int MaxHeld = 64 * 1024;

    private readonly ArrayBufferWriter<byte> held = new();

    // The compressed bytes are searched too: they may not be gzip at all, or more may follow after its end.
    private readonly MaskedPieces packedPieces = new(mask);
    private MaskedPieces plainPieces = new(mask);
    private GzipPieces gzip = new();
    private bool isDecompressed;
    private long searched;

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        if (isDecompressed)
        {
            PassDecompressed(bytes);
            return;
        }
        held.Write(bytes);
        gzip.Add(bytes);
        while (searched < GzipMeter.MaxPlainBytes && gzip.Read() is { Length: > 0 } plain)
        {
            searched += plain.Length;
            plainPieces.Take(plain);
            if (plainPieces.HasFoundKey)
            {
                Decompress();
                return;
            }
        }
        // What unpacks to more than any real answer passes without a search.
        if (
            searched >= GzipMeter.MaxPlainBytes
            || ((passesAtOnce || held.WrittenCount > MaxHeld) && !plainPieces.IsHolding)
        )
        {
            PassHeld();
        }
    }

    public override void End()
    {
        PassHeld();
        Pass(isDecompressed ? plainPieces.TakeRest() : packedPieces.TakeRest());
    }

    public override void Dispose()
    {
        gzip.Dispose();
        base.Dispose();
    }

    private void PassHeld()
    {
        Pass(packedPieces.Take(held.WrittenSpan));
        held.ResetWrittenCount();
    }

    private void Decompress()
    {
        if (HasStarted)
        {
            throw new IOException("The answer contains the provider key, and a part of it was sent already.");
        }
        Response.Headers.ContentEncoding = default;
        Response.ContentLength = null;
        isDecompressed = true;
        gzip.Dispose();
        (gzip, plainPieces) = (new GzipPieces(), new MaskedPieces(mask));
        PassDecompressed(held.WrittenSpan);
        held.ResetWrittenCount();
    }

    private void PassDecompressed(ReadOnlySpan<byte> bytes)
    {
        gzip.Add(bytes);
        while (gzip.Read() is { Length: > 0 } plain)
        {
            Pass(plainPieces.Take(plain));
        }
    }
}
