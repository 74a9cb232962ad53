using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Settings;

/// <summary>The settings as calls need them: what this instance changes it sees at once, what another does after a few seconds.</summary>
internal sealed class ActiveSettings(SettingsTable table, TimeProvider clock)
{
    private readonly Readings<(string User, string? FencingToken), UserSettings> readings = new(clock);

    public Task<UserSettings> GetAsync(UserId user, CancellationToken cancellation) =>
        readings.GetAsync((user.Key, user.FencingToken), () => table.GetAsync(user, cancellation));

    /// <summary>To be called after each change.</summary>
    public void Forget(UserId user) => readings.Forget((user.Key, user.FencingToken));
}
