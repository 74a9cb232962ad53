using System.Collections.Concurrent;
using System.Diagnostics;

namespace MyCoach.Bench;

/// <summary>The result of one call.</summary>
/// <param name="Attempts">How many transactions it sent; 1 if unknown.</param>
internal sealed record CallResult(bool Succeeded, int Attempts = 1);

/// <summary>The results of all connections in one round.</summary>
/// <param name="LatenciesMs">The latencies of calls that succeeded before the round ended.</param>
internal sealed record LoadRound(double PerSecond, IReadOnlyList<double> LatenciesMs, int Succeeded, int Failed, int Attempts);

internal static class Load
{
    /// <summary>Each connection makes calls one after another until the time is up.</summary>
    /// <param name="call">Receives the connection's number, and a token that is cancelled when the round ends.</param>
    /// <param name="finishes">Whether calls still running at the end of the round are completed and counted.</param>
    public static async Task<LoadRound> RunAsync(
        int connections,
        TimeSpan time,
        Func<int, CancellationToken, Task<CallResult>> call,
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
