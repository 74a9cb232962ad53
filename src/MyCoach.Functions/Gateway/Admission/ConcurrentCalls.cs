using System.Globalization;
using System.Threading.RateLimiting;
using MyCoach.Hosting;

namespace MyCoach.Gateway;

/// <summary>Limits how many calls a user has under way on this instance.</summary>
internal sealed class ConcurrentCalls(int most) : IDisposable
{
    private const string Setting = "Gateway__MaxConcurrentCalls";
    private const int DefaultMost = 64;
    private const int Highest = 10_000;

    private readonly PartitionedRateLimiter<string> limiter = PartitionedRateLimiter.Create<string, string>(user =>
        RateLimitPartition.GetConcurrencyLimiter(user, _ => new ConcurrencyLimiterOptions { PermitLimit = most })
    );

    /// <summary>From <c>Gateway__MaxConcurrentCalls</c>.</summary>
    public static ConcurrentCalls Of(IConfiguration configuration) =>
        configuration["Gateway:MaxConcurrentCalls"] switch
        {
            null or "" => new ConcurrentCalls(DefaultMost),
            var text
                when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most)
                    && most is >= 1 and <= Highest => new ConcurrentCalls(most),
            _ => throw new SettingException(Setting, $"must be a whole number from 1 to {Highest}"),
        };

    /// <summary>The call leaves when its request ends.</summary>
    public ValueTask<Refusal?> Enter(CallRequest call)
    {
        var lease = limiter.AttemptAcquire(call.User.Key);
        call.Context.Response.RegisterForDispose(lease);
        if (lease.IsAcquired)
        {
            return ValueTask.FromResult<Refusal?>(null);
        }
        call.Context.Response.Headers.RetryAfter = "1";
        return ValueTask.FromResult<Refusal?>(Refusal.TooManyCalls(most));
    }

    public void Dispose() => limiter.Dispose();
}
