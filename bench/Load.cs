using System.Collections.Concurrent;
using System.Diagnostics;

namespace MyCoach.Bench;

/// <summary>What came of one call.</summary>
/// <param name="Attempts">How many transactions were sent for it; 1 where that is not known.</param>
internal sealed record Done(bool Succeeded, int Attempts = 1);

/// <summary>What some connections did in one round.</summary>
/// <param name="LatenciesMs">Of the calls that succeeded before the round was over.</param>
internal sealed record LoadRound(double PerSecond, IReadOnlyList<double> LatenciesMs, int Succeeded, int Failed, int Attempts);

internal static class Load
{
    /// <summary>Each connection makes one call after the other until the time is over.</summary>
    /// <param name="call">Gets the connection's number, and is told when the round is over, so that nobody waits for pauses.</param>
    /// <param name="finishes">Whether a call that is under way when the round is over is carried on, and counts.</param>
    public static async Task<LoadRound> RunAsync(
        int connections,
        TimeSpan time,
        Func<int, CancellationToken, Task<Done>> call,
        bool finishes,
        CancellationToken stopping
    )
    {
        var (latencies, failed, attempts) = (new ConcurrentBag<double>(), 0, 0);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        over.CancelAfter(time);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(number => Task.Run(() => LoopAsync(number), CancellationToken.None)));
        stopping.ThrowIfCancellationRequested();
        var lasted = finishes ? Stopwatch.GetElapsedTime(started) : time;
        return new LoadRound(latencies.Count / lasted.TotalSeconds, [.. latencies], latencies.Count, failed, attempts);

        async Task LoopAsync(int number)
        {
            while (!over.IsCancellationRequested)
            {
                var began = Stopwatch.GetTimestamp();
                var done = await call(number, finishes ? stopping : over.Token);
                var took = Stopwatch.GetElapsedTime(began);
                Interlocked.Add(ref attempts, done.Attempts);
                if (over.IsCancellationRequested && !finishes)
                {
                    return;
                }
                if (done.Succeeded)
                {
                    latencies.Add(took.TotalMilliseconds);
                }
                else
                {
                    Interlocked.Increment(ref failed);
                }
            }
        }
    }
}
