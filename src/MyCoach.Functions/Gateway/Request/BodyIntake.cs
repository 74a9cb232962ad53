using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using MyCoach.Users;

namespace MyCoach.Gateway;

/// <summary>Receives the bodies of calls, within the time and the memory that there are for them.</summary>
internal sealed class BodyIntake(BodyMemory memory, TimeProvider clock)
{
    // The Functions host counts from the arrival of a call, and at its limit ends everybody's.
    private static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(2);

    public async Task<(ArraySegment<byte> Bytes, Refusal? Refusal)> ReceiveAsync(UserId user, HttpContext context, CancellationToken cancellation)
    {
        if (!context.Request.HasJsonContentType() || context.Request.Headers.ContentEncoding.Any(encoding => encoding is not ("identity" or "")))
        {
            return (default, Refusal.UnsupportedMediaType);
        }
        // The server's own limit, a least rate, would answer for us within seconds.
        context.Features.GetRequiredFeature<IHttpMinRequestBodyDataRateFeature>().MinDataRate = null;
        var request = context.Request;
        using var bytes = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, BodyMemory.Usual));
        using var limit = new CancellationTokenSource(UploadLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            if (!await TryReadAsync(user, context, bytes, either.Token))
            {
                context.Response.Headers.RetryAfter = "5";
                return (default, Refusal.TooManyBytes);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return (default, Refusal.SlowUpload);
        }
        return (new ArraySegment<byte>(bytes.GetBuffer(), 0, (int)bytes.Length), null);
    }

    // What it takes of the memory it keeps for as long as the call goes on.
    private async Task<bool> TryReadAsync(UserId user, HttpContext context, MemoryStream bytes, CancellationToken cancellation)
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
