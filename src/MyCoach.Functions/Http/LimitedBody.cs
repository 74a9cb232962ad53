namespace MyCoach.Http;

/// <summary>
/// The body of a request. Reading it throws a 413 when it is too large, at once if Content-Length says so, a 408 when it
/// takes too long, and a 429 when the user's requests hold too much memory.
/// </summary>
internal sealed class LimitedBody(HttpContext context, TimeProvider clock) : Stream
{
    private static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(2);

    // The body itself, what it is read into, and what is made of it.
    private const int MemoryPerByte = 4;

    private readonly Stream body = context.Request.Body;
    private long read;
    private long? began;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => read;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfTooLarge(context.Request.ContentLength ?? 0);
        began ??= clock.GetTimestamp();
        using var limit = new CancellationTokenSource(TimeLeft(), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var count = await body.ReadAsync(buffer, either.Token);
            read += count;
            ThrowIfTooLarge(read);
            if (context.Features.Get<MemoryShare>()?.TryGrow((long)MemoryPerByte * count) == false)
            {
                throw new MemoryExhaustedException();
            }
            return count;
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new BadHttpRequestException("The body is too slow.", StatusCodes.Status408RequestTimeout);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private TimeSpan TimeLeft()
    {
        var left = UploadLimit - clock.GetElapsedTime(began!.Value);
        return left > TimeSpan.Zero ? left : TimeSpan.FromTicks(1);
    }

    private static void ThrowIfTooLarge(long length)
    {
        if (length > BodyLimits.MaxBytes)
        {
            throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        }
    }
}
