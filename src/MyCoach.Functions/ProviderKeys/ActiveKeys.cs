using System.Collections.Concurrent;
using MyCoach.Auth;
using MyCoach.Providers;

namespace MyCoach.ProviderKeys;

/// <summary>
/// The stored keys as calls need them: read once and, encrypted as they are, relied on for a while. What this instance changes it sees at once, what
/// another does after <see cref="Lifetime"/>.
/// </summary>
internal sealed class ActiveKeys(ApiKeysTable table, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(8);

    private const int MostReadings = 10_000;

    private readonly ConcurrentDictionary<Place, Reading> readings = new();
    private long changes;

    public async Task<ProviderKey?> FindAsync(UserId user, Provider provider, CancellationToken cancellation)
    {
        var place = new Place(user.Key, user.FencingToken, provider);
        if (readings.TryGetValue(place, out var known) && clock.GetElapsedTime(known.At) < Lifetime)
        {
            return known.Key;
        }
        if (readings.Count >= MostReadings)
        {
            readings.Clear();
        }
        var (at, changesBefore) = (clock.GetTimestamp(), Interlocked.Read(ref changes));
        var key = await table.FindAsync(user, provider, cancellation);
        readings[place] = new Reading(at, key);
        // Read before a change and noted after it, this would outlive it.
        if (Interlocked.Read(ref changes) != changesBefore)
        {
            readings.TryRemove(place, out _);
        }
        return key;
    }

    /// <summary>To be called after each change.</summary>
    public void Forget(UserId user, Provider provider)
    {
        Interlocked.Increment(ref changes);
        readings.TryRemove(new Place(user.Key, user.FencingToken, provider), out _);
    }

    private readonly record struct Place(string User, string? FencingToken, Provider Provider);

    private sealed record Reading(long At, ProviderKey? Key);
}
