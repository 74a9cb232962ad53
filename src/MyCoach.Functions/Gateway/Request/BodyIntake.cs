using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using MyCoach.Http;

namespace MyCoach.Gateway;

/// <summary>Receives the bodies of calls, within two minutes and the user's part of the memory budget.</summary>
internal sealed class BodyIntake(TimeProvider clock)
{
    public const int MaxBytes = 32 * 1024 * 1024;

    private const int FirstBytes = 256 * 1024;

    // Part of the Functions host's time-out of 30 minutes, which counts from the arrival of the call.
    private static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(2);

    public async ValueTask<Refusal?> ReceiveAsync(CallRequest call)
    {
        if (!call.Operation.TakesBody)
        {
            return null;
        }
        var (context, request) = (call.Context, call.Context.Request);
        if (
            !request.HasJsonContentType()
            || request.Headers.ContentEncoding.Any(encoding => encoding is not ("identity" or ""))
        )
        {
            return Refusal.UnsupportedMediaType;
        }
        if (request.ContentLength > MaxBytes)
        {
            return Refusal.BodyTooLarge;
        }
        // Otherwise the server's minimum data rate would end a slow upload within seconds, without an answer of ours.
        context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
        using var limit = new CancellationTokenSource(UploadLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, call.Cancellation);
        var share = context.Features.GetRequiredFeature<MemoryShare>();
        try
        {
            call.Received = request.ContentLength is { } length
                ? await ReadAsync(context, (int)length, share, either.Token)
                : await ReadChunksAsync(context, share, either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Refusal.SlowUpload;
        }
        return call.Received is null ? Refusal.BodyTooLarge : null;
    }

    private static async Task<ReceivedBody> ReadAsync(
        HttpContext context,
        int length,
        MemoryShare share,
        CancellationToken cancellation
    )
    {
        // Not from a pool: a body that is still being sent when its call ends must not be overwritten by another's. The
        // memory grows with what arrives, because a stated length costs its sender nothing; in steps, so that hardly more
        // than the body is held at the end.
        var (bytes, received) = (Array.Empty<byte>(), 0);
        foreach (var size in (int[])[Math.Min(length, FirstBytes), length / 16, length / 4, length])
        {
            if (size <= received)
            {
                continue;
            }
            Take(share, size);
            var larger = GC.AllocateUninitializedArray<byte>(size);
            bytes.CopyTo(larger, 0);
            share.Shrink(bytes.Length);
            bytes = larger;
            await context.Request.Body.ReadExactlyAsync(bytes.AsMemory(received), cancellation);
            received = bytes.Length;
        }
        return new ReceivedBody(bytes, share);
    }

    // Null if it is too large. At most twice the body is held, when the chunks are joined.
    private static async Task<ReceivedBody?> ReadChunksAsync(
        HttpContext context,
        MemoryShare share,
        CancellationToken cancellation
    )
    {
        const int chunkBytes = 64 * 1024;
        var (chunks, length) = (new List<byte[]>(), 0);
        for (var last = chunkBytes; last == chunkBytes; )
        {
            Take(share, chunkBytes);
            var chunk = GC.AllocateUninitializedArray<byte>(chunkBytes);
            last = await context.Request.Body.ReadAtLeastAsync(
                chunk,
                chunkBytes,
                throwOnEndOfStream: false,
                cancellation
            );
            chunks.Add(chunk);
            length += last;
            if (length > MaxBytes)
            {
                return null;
            }
        }
        Take(share, length);
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        foreach (var (i, chunk) in chunks.Index())
        {
            var rest = bytes.AsSpan(i * chunkBytes);
            chunk.AsSpan(0, Math.Min(chunkBytes, rest.Length)).CopyTo(rest);
        }
        share.Shrink((long)chunks.Count * chunkBytes);
        return new ReceivedBody(bytes, share);
    }

    private static void Take(MemoryShare share, int bytes)
    {
        if (!share.TryGrow(bytes))
        {
            throw new MemoryExhaustedException();
        }
    }
}
