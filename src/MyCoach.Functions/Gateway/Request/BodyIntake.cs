using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>Receives the bodies of calls, within two minutes and the memory budget for bodies.</summary>
internal sealed class BodyIntake(BodyMemory memory, TimeProvider clock)
{
    public const int MaxBytes = 32 * 1024 * 1024;

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
        // Otherwise the server's minimum data rate would end a slow upload within seconds, without an answer of ours.
        context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
        using var bytes = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, BodyMemory.Usual));
        using var limit = new CancellationTokenSource(UploadLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, call.Cancellation);
        try
        {
            if (!await TryReadAsync(call.User, context, bytes, either.Token))
            {
                context.Response.Headers.RetryAfter = "5";
                return Refusal.TooManyBytes;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return Refusal.SlowUpload;
        }
        call.Received = new ArraySegment<byte>(bytes.GetBuffer(), 0, (int)bytes.Length);
        return null;
    }

    // The memory share is held until the response ends.
    private async Task<bool> TryReadAsync(
        UserId user,
        HttpContext context,
        MemoryStream bytes,
        CancellationToken cancellation
    )
    {
        var (body, share) = (context.Request.BodyReader, memory.ShareOf(user));
        context.Response.RegisterForDispose(share);
        for (var isWhole = false; !isWhole; )
        {
            var read = await body.ReadAsync(cancellation);
            if (!share.TryGrow(bytes.Length + read.Buffer.Length))
            {
                body.AdvanceTo(read.Buffer.Start);
                return false;
            }
            foreach (var part in read.Buffer)
            {
                bytes.Write(part.Span);
            }
            body.AdvanceTo(read.Buffer.End);
            isWhole = read.IsCompleted;
        }
        return true;
    }
}
