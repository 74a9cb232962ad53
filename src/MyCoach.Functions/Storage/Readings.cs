using System.Collections.Concurrent;

namespace MyCoach.Storage;

/// <summary>Rows that are read again and again: once read, relied on for a while.</summary>
internal sealed class Readings<TPlace, TRow>(TimeProvider clock)
    where TPlace : notnull
{
    /// <summary>With the time that a reading takes, less than the ten seconds after which a change takes effect everywhere.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(8);

    private const int MostReadings = 10_000;

    private readonly ConcurrentDictionary<TPlace, (long At, TRow Row)> readings = new();
    private long changes;

    public async Task<TRow> GetAsync(TPlace place, Func<Task<TRow>> read)
    {
        if (readings.TryGetValue(place, out var known) && clock.GetElapsedTime(known.At) < Lifetime)
        {
            return known.Row;
        }
        if (readings.Count >= MostReadings)
        {
            readings.Clear();
        }
        var (at, changesBefore) = (clock.GetTimestamp(), Interlocked.Read(ref changes));
        var row = await read();
        readings[place] = (at, row);
        // Read before a change and noted after it, this would outlive it.
        if (Interlocked.Read(ref changes) != changesBefore)
        {
            readings.TryRemove(place, out _);
        }
        return row;
    }

    /// <summary>To be called after each change here.</summary>
    public void Forget(TPlace place)
    {
        Interlocked.Increment(ref changes);
        readings.TryRemove(place, out _);
    }
}
