namespace MyCoach.Gateway;

/// <summary>The body sent to the provider; notes when its last byte was sent.</summary>
internal sealed class SentBody(ArraySegment<byte> bytes, TimeProvider clock)
    : MemoryStream(bytes.Array ?? [], bytes.Offset, bytes.Count, writable: false)
{
    private long? left;

    /// <summary>Null until the whole body is sent.</summary>
    public TimeSpan? SinceLeft => left is { } at ? clock.GetElapsedTime(at) : null;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var length = await base.ReadAsync(buffer, cancellationToken);
        if (Position == Length)
        {
            left ??= clock.GetTimestamp();
        }
        return length;
    }
}
