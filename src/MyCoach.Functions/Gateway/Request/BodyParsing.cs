using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Gateway;

/// <summary>
/// Parses the bodies of calls. Large ones can take a processor for tenths of a second, so they are parsed beside the thread
/// pool, on half of the processors, and one of each user at a time: users take turns.
/// </summary>
internal sealed class BodyParsing : IDisposable
{
    private const int LargeBytes = 64 * 1024;

    private readonly PartitionedRateLimiter<string> ofUser = PartitionedRateLimiter.Create<string, string>(user =>
        RateLimitPartition.GetConcurrencyLimiter(user, _ => InOrder(1))
    );

    private readonly ConcurrencyLimiter ofAll = new(InOrder(Math.Max(1, Environment.ProcessorCount / 2)));

    public async ValueTask<Refusal?> ParseAsync(CallRequest request)
    {
        if (!request.Operation.TakesBody)
        {
            return request.Context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
                ? Refusal.Invalid("This call takes no body.")
                : null;
        }
        request.Body = request.Received!.Length < LargeBytes ? Parse(request) : await ParseLargeAsync(request);
        return request.Body switch
        {
            null => Refusal.NotJson,
            { IsInBackground: true } => Refusal.Background,
            _ => null,
        };
    }

    public void Dispose()
    {
        ofUser.Dispose();
        ofAll.Dispose();
    }

    private async Task<CallBody?> ParseLargeAsync(CallRequest request)
    {
        using var turnOfUser = await ofUser.AcquireAsync(request.User.Key, 1, request.Cancellation);
        using var turn = await ofAll.AcquireAsync(1, request.Cancellation);
        return await Task.Factory.StartNew(
            () => Parse(request),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }

    private static ConcurrencyLimiterOptions InOrder(int permits) =>
        new()
        {
            PermitLimit = permits,
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        };

    private static CallBody? Parse(CallRequest request) =>
        CallBody.TryRead(
            request.Received!,
            request.Operation,
            request.Context.Request.Headers["anthropic-beta"].ToString()
        );
}
