using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Agents;

/// <summary>
/// Caches which agents exist, for calls that name one. A change made by this instance is visible at once, one made by
/// another instance after a few seconds.
/// </summary>
internal sealed class AgentCache(AgentsTable table, TimeProvider clock)
{
    private readonly ExpiringCache<(string User, string? FencingToken, string Id), bool> readings = new(clock);

    public Task<bool> ExistsAsync(UserId user, string id, CancellationToken cancellation) =>
        readings.GetAsync(
            (user.Key, user.FencingToken, id),
            async () => await table.FindAsync(user, id, cancellation) is not null
        );

    /// <summary>Call this after an agent was added or deleted.</summary>
    public void Invalidate(UserId user, string id) => readings.Invalidate((user.Key, user.FencingToken, id));
}
