using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace MyCoach.Storage;

/// <summary>
/// Values that this process remembers for <paramref name="lifetime"/>. A full map drops its expired entries, or else
/// all of them, so a caller must be able to obtain a value again.
/// </summary>
internal sealed class ExpiringMap<TKey, TValue>(TimeProvider clock, TimeSpan lifetime, int maxEntries)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, (long At, TValue Value)> entries = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var isFresh = entries.TryGetValue(key, out var entry) && !IsExpired(entry.At);
        value = isFresh ? entry.Value : default;
        return isFresh;
    }

    public void Set(TKey key, TValue value) => Set(key, value, clock.GetTimestamp());

    /// <param name="at">When the value was true, for one whose read took time.</param>
    public void Set(TKey key, TValue value, long at)
    {
        if (entries.Count >= maxEntries && !entries.ContainsKey(key))
        {
            MakeRoom();
        }
        entries[key] = (at, value);
    }

    public void Remove(TKey key) => TryRemove(key, out _);

    /// <summary>Removes the value. False if it was absent or had expired.</summary>
    public bool TryRemove(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var isFresh = entries.TryRemove(key, out var entry) && !IsExpired(entry.At);
        value = isFresh ? entry.Value : default;
        return isFresh;
    }

    private bool IsExpired(long at) => clock.GetElapsedTime(at) >= lifetime;

    private void MakeRoom()
    {
        foreach (var (key, entry) in entries)
        {
            if (IsExpired(entry.At))
            {
                entries.TryRemove(KeyValuePair.Create(key, entry));
            }
        }
        if (entries.Count >= maxEntries)
        {
            entries.Clear();
        }
    }
}
