using MyCoach.Http;

namespace MyCoach.Gateway;

/// <summary>
/// The body sent to the provider. When its last byte is sent, it notes the time and releases the received body.
/// </summary>
/// <param name="body">Null if the operation takes none.</param>
internal sealed class SentBody(CallBody? body, TimeProvider clock) : ReadOnlyStream
{
    private readonly IEnumerator<ReadOnlyMemory<byte>> pieces = (body?.Pieces() ?? []).GetEnumerator();
    private ReadOnlyMemory<byte> piece;
    private long rest = body?.SentLength ?? 0;
    private long? left;

    /// <summary>Null until the whole body is sent.</summary>
    public TimeSpan? SinceLeft => left is { } at ? clock.GetElapsedTime(at) : null;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = 0;
        while (count < buffer.Length && rest > 0)
        {
            if (piece.IsEmpty)
            {
                pieces.MoveNext();
                piece = pieces.Current;
            }
            var length = Math.Min(piece.Length, buffer.Length - count);
            piece[..length].CopyTo(buffer[count..]);
            piece = piece[length..];
            (count, rest) = (count + length, rest - length);
        }
        if (rest == 0)
        {
            left ??= clock.GetTimestamp();
            Release();
        }
        return ValueTask.FromResult(count);
    }

    protected override void Dispose(bool disposing)
    {
        Release();
        base.Dispose(disposing);
    }

    private void Release()
    {
        (piece, rest) = (default, 0);
        body?.Release();
    }
}
