using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http.Features;
using MyCoach.Http;

namespace MyCoach.Users;

/// <summary>
/// Lets each user have a limited number of API requests under way on this instance, and one with a large body. The rest
/// wait in the order of their arrival, so that a user's burst delays only that user.
/// </summary>
internal static class RequestTurns
{
    private const int MaxRequests = 64;
    private const int MaxWaiting = 300;

    // Reading a larger body can take a processor for tenths of a second.
    private const int LargeBytes = 64 * 1024;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    /// <summary>Call after UseRequestMemory. Gateway calls have limits of their kind.</summary>
    public static void UseRequestTurns(this IApplicationBuilder app)
    {
        var (all, large) = (LimiterOf(MaxRequests), LimiterOf(1));
        app.Use(
            async (context, next) =>
            {
                if (
                    context.Features.Get<Caller>()?.User?.Key is not { } user
                    || context.GetEndpoint()?.Metadata.GetMetadata<LimitsOwnBody>() is not null
                )
                {
                    await next(context);
                    return;
                }
                // A request that waits with a large body does not take a place of the others.
                using var largeTurn = MayBeLarge(context.Request)
                    ? await large.AcquireAsync(user, 1, context.RequestAborted)
                    : null;
                using var turn = largeTurn is null or { IsAcquired: true }
                    ? await all.AcquireAsync(user, 1, context.RequestAborted)
                    : null;
                if (turn is { IsAcquired: true })
                {
                    await next(context);
                    return;
                }
                await Problems.WriteAsync(
                    context,
                    Problems.TooManyRequests(
                        context,
                        RetryAfter,
                        "Too many of your requests are waiting. Send fewer at a time."
                    )
                );
            }
        );
    }

    private static bool MayBeLarge(HttpRequest request) =>
        request.HttpContext.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody
        && request.ContentLength is null or > LargeBytes;

    private static PartitionedRateLimiter<string> LimiterOf(int permits) =>
        PartitionedRateLimiter.Create<string, string>(user =>
            RateLimitPartition.GetConcurrencyLimiter(
                user,
                _ => new ConcurrencyLimiterOptions
                {
                    PermitLimit = permits,
                    QueueLimit = MaxWaiting,
                    QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
                }
            )
        );
}
