using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>
/// Caches the stored keys, still encrypted, for calls. This instance sees its own changes at once, and those of other instances within ten seconds.
/// </summary>
internal sealed class ProviderKeyCache(ProviderKeysTable table, TimeProvider clock)
{
    private readonly ExpiringCache<(string User, string? FencingToken, Provider Provider), ProviderKey?> readings = new(clock);

    public Task<ProviderKey?> FindAsync(UserId user, Provider provider, CancellationToken cancellation) =>
        readings.GetAsync((user.Key, user.FencingToken, provider), () => table.FindAsync(user, provider, cancellation));

    /// <summary>Invalidates a cached key. Call it after each change of the key.</summary>
    public void Invalidate(UserId user, Provider provider) => readings.Invalidate((user.Key, user.FencingToken, provider));
}
