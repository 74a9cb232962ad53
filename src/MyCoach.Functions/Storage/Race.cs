namespace MyCoach.Storage;

/// <summary>
/// Optimistic concurrency's second half, as the header of a loop: <c>for (var race = new Race(); ; await race.LostAsync(…))</c>. Pauses after each lost
/// race, at random so that those who collided do not meet again, and gives up after eight.
/// </summary>
internal sealed class Race
{
    private const int MostAttempts = 8;

    private int lost;

    public Task LostAsync(CancellationToken cancellation) =>
        ++lost < MostAttempts
            ? Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 20 << lost)), cancellation)
            : throw new RowBusyException("A row was changed by others in each of our attempts.");
}
