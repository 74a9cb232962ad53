namespace MyCoach.Storage;

/// <summary>
/// Back-off for optimistic concurrency, as the header of a loop: <c>for (var race = new ConflictRetry(); ; await
/// race.BackOffAsync(…))</c>. Waits a random time after each attempt that lost to another writer or whose answer was
/// lost, so that the same writers do not collide again. Throws after twenty attempts, whose pauses take about five
/// seconds. Attempts may be slow, so it also throws after an attempt that ends a minute after the first began.
/// </summary>
internal sealed class ConflictRetry
{
    private const int MaxAttempts = 20;
    private const int MaxPauseMs = 640;
    private static readonly TimeSpan MaxDuration = TimeSpan.FromMinutes(1);

    private readonly TimeProvider clock;
    private readonly long started;
    private int failed;

    /// <param name="clock">Measures the minute; null selects the system's clock, as for the pauses.</param>
    public ConflictRetry(TimeProvider? clock = null)
    {
        this.clock = clock ?? TimeProvider.System;
        started = this.clock.GetTimestamp();
    }

    public Task BackOffAsync(CancellationToken cancellation) =>
        ++failed < MaxAttempts && clock.GetElapsedTime(started) < MaxDuration
            ? Task.Delay(Random.Shared.Next(1, Math.Min(MaxPauseMs, 20 << failed)), cancellation)
            : throw new RowBusyException("Every attempt lost to another writer, or its answer was lost.");
}
