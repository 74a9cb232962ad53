using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.ProviderKeys;

/// <summary>
/// Counts a user's provider checks in storage, so that no number of instances lets anyone use us to try out keys: 20 an hour, the hour beginning with
/// the first check.
/// </summary>
internal sealed class KeyChecksTable(UserTables tables, TimeProvider clock)
{
    public const int MostAnHour = 20;

    private const string RowKey = "checks";
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly UserTable table = tables.KeyChecks;

    /// <summary>Null: counted, go ahead. Else how long until the next check is allowed.</summary>
    public async Task<TimeSpan?> CountAsync(UserId user, CancellationToken cancellation)
    {
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var found = await table.FindAsync(user.Key, RowKey, cancellation);
            var now = clock.GetUtcNow();
            var start = found?.GetDateTimeOffset("WindowStart") ?? now;
            var count = found?.GetInt32("Count") ?? 0;
            if (now - start >= Window)
            {
                (start, count) = (now, 0);
            }
            if (count >= MostAnHour)
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
