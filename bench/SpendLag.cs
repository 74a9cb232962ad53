using System.Diagnostics;

namespace MyCoach.Bench;

/// <summary>How far what is stored of the calls is behind their answers, while more of them are made.</summary>
/// <param name="answered">How many calls have their answer.</param>
/// <param name="recordedAsync">How many calls the stored ledgers hold.</param>
internal sealed class SpendLag(Func<int> answered, Func<Task<long>> recordedAsync)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(25);

    private readonly List<(long At, int Answered)> seen = [];

    /// <summary>The longest that an answered call was seen not to be stored, in ms; no shorter than it was, and at most a look longer.</summary>
    public double MostMs { get; private set; }

    public async Task WatchAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            seen.Add((Stopwatch.GetTimestamp(), answered()));
            var recorded = await recordedAsync();
            var missing = seen.FirstOrDefault(look => look.Answered > recorded);
            MostMs = Math.Max(MostMs, missing.At == 0 ? 0 : Stopwatch.GetElapsedTime(missing.At).TotalMilliseconds);
            seen.RemoveAll(look => look.Answered <= recorded);
            await Task.Delay(Period, CancellationToken.None);
        }
    }
}
