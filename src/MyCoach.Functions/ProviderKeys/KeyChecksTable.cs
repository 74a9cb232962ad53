using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>
/// Limits each user to 20 provider checks per hour, so that stolen keys cannot be tested through MyCoach. The hour starts with the first check.
/// The count is in storage, because the limit must hold across instances.
/// </summary>
internal sealed class KeyChecksTable(UserTables tables, TimeProvider clock)
{
    public const int MaxPerHour = 20;

    private const string RowKey = "checks";
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly UserTable table = tables.KeyChecks;

    /// <summary>Counts a check and returns null, or returns how long to wait until the next check is allowed.</summary>
    public async Task<TimeSpan?> CountAsync(UserId user, CancellationToken cancellation)
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var found = await table.FindAsync(user.Key, RowKey, cancellation);
            var now = clock.GetUtcNow();
            var start = found?.GetDateTimeOffset("WindowStart") ?? now;
            var count = found?.GetInt32("Count") ?? 0;
            if (now - start >= Window)
            {
                (start, count) = (now, 0);
            }
            if (count >= MaxPerHour)
            {
                return start + Window - now;
            }
            var row = new TableEntity(user.Key, RowKey) { ["WindowStart"] = start, ["Count"] = count + 1 };
            if (await table.TryWriteAsync(user, row, found?.ETag, cancellation) is not null)
            {
                return null;
            }
        }
    }
}
