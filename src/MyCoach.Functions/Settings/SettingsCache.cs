using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Settings;

/// <summary>Caches settings for calls. A change made by this instance is visible at once, one made by another instance after a few seconds.</summary>
internal sealed class SettingsCache(SettingsTable table, TimeProvider clock)
{
    private readonly ExpiringCache<(string User, string? FencingToken), UserSettings> readings = new(clock);

    public Task<UserSettings> GetAsync(UserId user, CancellationToken cancellation) =>
        readings.GetAsync((user.Key, user.FencingToken), () => table.GetAsync(user, cancellation));

    /// <summary>Call this after each change of a user's settings.</summary>
    public void Invalidate(UserId user) => readings.Invalidate((user.Key, user.FencingToken));
}
