namespace MyCoach.Storage;

/// <summary>
/// Back-off for optimistic concurrency, as the header of a loop: <c>for (var race = new ConflictRetry(); ; await
/// race.BackOffAsync(…))</c>. Waits a random time after each conflict, so that the same writers do not collide again,
/// and throws after twenty conflicts, about five seconds.
/// </summary>
internal sealed class ConflictRetry
{
    private const int MaxAttempts = 20;
    private const int MaxPauseMs = 640;

    private int lost;

    public Task BackOffAsync(CancellationToken cancellation) =>
        ++lost < MaxAttempts
            ? Task.Delay(Random.Shared.Next(1, Math.Min(MaxPauseMs, 20 << lost)), cancellation)
            : throw new RowBusyException("Other writers changed the row during every attempt.");
}
