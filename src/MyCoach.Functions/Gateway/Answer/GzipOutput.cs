using System.Buffers;
using MyCoach.Metering;

namespace MyCoach.Gateway;

/// <summary>
/// Sends a compressed answer. Searches a decompressed copy for the key before the bytes pass, which are then the
/// provider's own. An answer that contains the key is sent decompressed and masked. If compressed bytes of it have
/// passed already, the connection is aborted. What is too long to decompress passes without a search.
/// </summary>
internal sealed class GzipOutput : ClientOutput
{
    // No provider's error is larger.
    private const int MaxHeld = 64 * 1024;

    private readonly KeyMask mask;
    private readonly bool passesAtOnce;
    private readonly ArrayBufferWriter<byte> held = new();

    // The compressed bytes are searched too: they may not be gzip at all, or more may follow after its end.
    private readonly MaskedPieces packedPieces;
    private MaskedPieces plainPieces;
    private GzipPieces? gzip;
    private bool isDecompressed;

    /// <param name="meter">Decompresses the answer; null if this has to.</param>
    public GzipOutput(HttpResponse response, KeyMask mask, bool passesAtOnce, GzipMeter? meter)
        : base(response)
    {
        (this.mask, this.passesAtOnce) = (mask, passesAtOnce);
        (packedPieces, plainPieces) = (new MaskedPieces(mask), new MaskedPieces(mask));
        if (meter is null)
        {
            gzip = new GzipPieces();
        }
        else
        {
            meter.Watch = Search;
        }
    }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        if (isDecompressed)
        {
            PassDecompressed(bytes);
            return;
        }
        held.Write(bytes);
        gzip?.Add(bytes);
        while (!plainPieces.HasFoundKey && gzip is not null && gzip.Read() is { Length: > 0 } plain)
        {
            Search(plain);
        }
        if (plainPieces.HasFoundKey)
        {
            Decompress();
        }
        else if (MayPass)
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
        gzip?.Dispose();
        base.Dispose();
    }

    // The beginning of a key is resolved by the next decompressed byte, unless none comes.
    private bool MayPass =>
        plainPieces.IsHolding ? held.WrittenCount > 2 * MaxHeld : passesAtOnce || held.WrittenCount > MaxHeld;

    private void Search(ReadOnlySpan<byte> plain)
    {
        if (!isDecompressed && !plainPieces.HasFoundKey)
        {
            plainPieces.Take(plain);
        }
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
        gzip?.Dispose();
        (gzip, plainPieces) = (new GzipPieces(), new MaskedPieces(mask));
        PassDecompressed(held.WrittenSpan);
        held.ResetWrittenCount();
    }

    private void PassDecompressed(ReadOnlySpan<byte> bytes)
    {
        gzip!.Add(bytes);
        while (gzip.Read() is { Length: > 0 } plain)
        {
            Pass(plainPieces.Take(plain));
        }
        if (gzip.IsTooLong)
        {
            throw new IOException("The answer contains the provider key, and is too long to decompress.");
        }
    }
}
