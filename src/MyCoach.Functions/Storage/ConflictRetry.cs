using System.Diagnostics;

namespace MyCoach.Storage;

/// <summary>
/// Back-off for optimistic concurrency, as the header of a loop: <c>for (var race = new ConflictRetry(); ; await
/// race.BackOffAsync(…))</c>. Waits a random time after each conflict, so that the same writers do not collide again.
/// Throws after eight conflicts, but not within five seconds, because attempts are fast when the storage is.
/// </summary>
internal sealed class ConflictRetry
{
    private const int MinAttempts = 8;
    private const int MaxPauseMs = 640;
    private static readonly TimeSpan MinTime = TimeSpan.FromSeconds(5);

    private readonly long start = Stopwatch.GetTimestamp();
    private int lost;

    public Task BackOffAsync(CancellationToken cancellation) =>
        ++lost < MinAttempts || Stopwatch.GetElapsedTime(start) < MinTime
            ? Task.Delay(Random.Shared.Next(1, Math.Min(MaxPauseMs, 20 << Math.Min(lost, 8))), cancellation)
            : throw new RowBusyException("Other writers changed the row during every attempt.");
}
