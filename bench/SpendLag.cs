using System.Diagnostics;

namespace MyCoach.Bench;

/// <summary>
/// Measures how far the stored ledgers lag behind the answers, during a round and until all calls are stored.
/// </summary>
/// <param name="answered">Returns how many calls have been answered.</param>
/// <param name="recordedAsync">Returns how many calls the stored ledgers include.</param>
internal sealed class SpendLag(Func<int> answered, Func<Task<long>> recordedAsync)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Queue<(long Before, int Answered)> open = new();

    /// <summary>
    /// The longest time from an answer to its being stored, in ms. At least the true value, and at most two polling
    /// periods more.
    /// </summary>
    public double MaxMs { get; private set; }

    public async Task WatchAsync(CancellationToken over)
    {
        var (before, seen) = (Stopwatch.GetTimestamp(), answered());
        for (var left = Patience; ; left -= over.IsCancellationRequested ? Period : TimeSpan.Zero)
        {
            // Calls answered since the previous poll have waited at most since then.
            var (now, all) = (Stopwatch.GetTimestamp(), answered());
            if (all > seen)
            {
                open.Enqueue((before, all));
                seen = all;
            }
            before = now;
            var recorded = await recordedAsync();
            while (open.TryPeek(out var poll) && poll.Answered <= recorded)
            {
                MaxMs = Math.Max(MaxMs, Stopwatch.GetElapsedTime(poll.Before).TotalMilliseconds);
                open.Dequeue();
            }
            if ((over.IsCancellationRequested && recorded >= answered()) || left <= TimeSpan.Zero)
            {
                return;
            }
            await Task.Delay(Period, CancellationToken.None);
        }
    }
}
