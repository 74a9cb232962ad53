using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>
/// The stored keys as calls need them, encrypted as they are. What this instance changes it sees at once, what another does after a few seconds.
/// </summary>
internal sealed class ActiveKeys(ProviderKeysTable table, TimeProvider clock)
{
    private readonly Readings<(string User, string? FencingToken, Provider Provider), ProviderKey?> readings = new(clock);

    public Task<ProviderKey?> FindAsync(UserId user, Provider provider, CancellationToken cancellation) =>
        readings.GetAsync((user.Key, user.FencingToken, provider), () => table.FindAsync(user, provider, cancellation));

    /// <summary>To be called after each change.</summary>
    public void Forget(UserId user, Provider provider) => readings.Forget((user.Key, user.FencingToken, provider));
}
