namespace MyCoach.Http;

/// <summary>
/// The body of a request. Reading it throws a 413 when it is too large, at once if Content-Length says so, a 408 when it
/// takes too long, and a 429 when the user's requests hold too much memory.
/// </summary>
internal sealed class LimitedBody(HttpContext context, BodyLimit bodyLimit, TimeProvider clock) : ReadOnlyStream
{
    private static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(2);

    private readonly Stream body = context.Request.Body;
    private long read;
    private CancellationTokenSource? limit;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ThrowIfTooLarge(context.Request.ContentLength ?? 0);
        if (limit is null)
        {
            limit = new CancellationTokenSource(UploadLimit, clock);
            context.Response.RegisterForDispose(limit);
        }
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var count = await body.ReadAsync(buffer, either.Token);
            read += count;
            ThrowIfTooLarge(read);
            if (context.Features.Get<MemoryShare>()?.TryGrow((long)bodyLimit.MemoryPerByte * count) == false)
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

    private void ThrowIfTooLarge(long length)
    {
        if (length > bodyLimit.Bytes)
        {
            throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
        }
    }
}
