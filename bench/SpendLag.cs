using System.Diagnostics;

namespace MyCoach.Bench;

/// <summary>How far what is stored of the calls is behind their answers, while more of them are made and until all are stored.</summary>
/// <param name="answered">How many calls have their answer.</param>
/// <param name="recordedAsync">How many calls the stored ledgers hold.</param>
internal sealed class SpendLag(Func<int> answered, Func<Task<long>> recordedAsync)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Queue<(long Before, int Answered)> open = new();

    /// <summary>The longest that an answered call took to be seen in storage, in ms: no shorter than it was, and up to two looks longer.</summary>
    public double MostMs { get; private set; }

    public async Task WatchAsync(CancellationToken over)
    {
        var (before, seen) = (Stopwatch.GetTimestamp(), answered());
        for (var left = Patience; ; left -= over.IsCancellationRequested ? Period : TimeSpan.Zero)
        {
            // Whoever was answered since the look before has waited since then at most.
            var (now, all) = (Stopwatch.GetTimestamp(), answered());
            if (all > seen)
            {
                open.Enqueue((before, all));
                seen = all;
            }
            before = now;
            var recorded = await recordedAsync();
            while (open.TryPeek(out var look) && look.Answered <= recorded)
            {
                MostMs = Math.Max(MostMs, Stopwatch.GetElapsedTime(look.Before).TotalMilliseconds);
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
