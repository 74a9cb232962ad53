namespace MyCoach.Crypto;

/// <summary>The ids of data keys that were in no row a moment ago, so that rows of a lost one do not have the table read for each request. Not for several at once.</summary>
internal sealed class UnknownDataKeys(TimeProvider clock)
{
    private const int Most = 1_000;

    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> ids = new(StringComparer.Ordinal);

    public bool Has(string id) => ids.TryGetValue(id, out var at) && clock.GetElapsedTime(at) < Moment;

    public void Add(string id)
    {
        if (ids.Count >= Most)
        {
            ids.Clear();
        }
        ids[id] = clock.GetTimestamp();
    }
}
