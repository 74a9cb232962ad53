namespace MyCoach.Gateway;

/// <summary>A body on its way to the provider, which knows since when all of it has left.</summary>
internal sealed class SentBody(ArraySegment<byte> bytes, TimeProvider clock)
    : MemoryStream(bytes.Array ?? [], bytes.Offset, bytes.Count, writable: false)
{
    private long? left;

    /// <summary>Null where some of it, or the way there, was still missing.</summary>
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
