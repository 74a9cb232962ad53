namespace MyCoach.Gateway;

/// <summary>
/// The body sent to the provider. When its last byte is sent, it notes the time and releases the received body.
/// </summary>
/// <param name="body">Null if the operation takes none.</param>
internal sealed class SentBody(CallBody? body, TimeProvider clock) : Stream
{
    private readonly IEnumerator<ReadOnlyMemory<byte>> pieces = (body?.Pieces() ?? []).GetEnumerator();
    private ReadOnlyMemory<byte> piece;
    private long rest = body?.SentLength ?? 0;
    private long? left;

    /// <summary>Null until the whole body is sent.</summary>
    public TimeSpan? SinceLeft => left is { } at ? clock.GetElapsedTime(at) : null;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
