namespace MyCoach.Storage;

/// <summary>A cache of rows that are read often. An entry expires after <paramref name="lifetime"/>.</summary>
internal sealed class ExpiringCache<TKey, TRow>(TimeProvider clock, TimeSpan lifetime)
    where TKey : notnull
{
    private const int MaxEntries = 10_000;

    // A change takes effect everywhere within ten seconds. This leaves two of them for the read itself.
    private static readonly TimeSpan DefaultLifetime = TimeSpan.FromSeconds(8);

    private readonly ExpiringMap<TKey, TRow> entries = new(clock, lifetime, MaxEntries);
    private long changes;

    public ExpiringCache(TimeProvider clock)
        : this(clock, DefaultLifetime) { }

    /// <param name="keeps">Whether to keep what was read; null keeps all.</param>
    public async Task<TRow> GetAsync(TKey key, Func<Task<TRow>> read, Func<TRow, bool>? keeps = null)
    {
        if (entries.TryGet(key, out var cached))
        {
            return cached;
        }
        // Take the time before the read: the result may be that old.
        var (at, changesBefore) = (clock.GetTimestamp(), Interlocked.Read(ref changes));
        var row = await read();
        if (keeps?.Invoke(row) == false)
        {
            return row;
        }
        entries.Set(key, row, at);
        // A change during the read may have made this row stale: do not keep it.
        if (Interlocked.Read(ref changes) != changesBefore)
        {
            entries.Remove(key);
        }
        return row;
    }

    /// <summary>Invalidates the entry. Call after each change that this process makes.</summary>
    public void Invalidate(TKey key)
    {
        Interlocked.Increment(ref changes);
        entries.Remove(key);
    }
}
