using System.Collections.Concurrent;

namespace MyCoach.Storage;

/// <summary>A cache of rows that are read often. An entry expires after <see cref="Lifetime"/>.</summary>
internal sealed class ExpiringCache<TKey, TRow>(TimeProvider clock)
    where TKey : notnull
{
    /// <summary>A change takes effect everywhere within ten seconds. This leaves two of them for the read itself.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(8);

    private const int MaxEntries = 10_000;

    private readonly ConcurrentDictionary<TKey, (long At, TRow Row)> entries = new();
    private long changes;

    public async Task<TRow> GetAsync(TKey key, Func<Task<TRow>> read)
    {
        if (entries.TryGetValue(key, out var cached) && clock.GetElapsedTime(cached.At) < Lifetime)
        {
            return cached.Row;
        }
        if (entries.Count >= MaxEntries)
        {
            entries.Clear();
        }
        var (at, changesBefore) = (clock.GetTimestamp(), Interlocked.Read(ref changes));
        var row = await read();
        entries[key] = (at, row);
        // A change during the read may have made this row stale: do not keep it.
        if (Interlocked.Read(ref changes) != changesBefore)
        {
            entries.TryRemove(key, out _);
        }
        return row;
    }

    /// <summary>Invalidates the entry. Call after each change that this process makes.</summary>
    public void Invalidate(TKey key)
    {
        Interlocked.Increment(ref changes);
        entries.TryRemove(key, out _);
    }
}
