namespace MyCoach.Crypto;

/// <summary>
/// Caches ids of data keys that were not found, for one second. Otherwise every request for a row with a lost data key would read the table. Not
/// thread-safe.
/// </summary>
internal sealed class UnknownDataKeys(TimeProvider clock)
{
    private const int MaxIds = 1_000;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> ids = new(StringComparer.Ordinal);

    public bool Contains(string id) => ids.TryGetValue(id, out var at) && clock.GetElapsedTime(at) < Lifetime;

    public void Add(string id)
    {
        if (ids.Count >= MaxIds)
        {
            ids.Clear();
        }
        ids[id] = clock.GetTimestamp();
    }
}
