using Azure.Data.Tables;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Storage;

namespace MyCoach.Users;

/// <summary>
/// Counts how often users do what is limited. The counts are in storage, because a limit must hold across instances.
/// </summary>
internal sealed class LimitsTable(UserTables tables, TimeProvider clock)
{
    private readonly UserTable table = tables.Limits;

    /// <summary>Counts once more and returns null, or returns the refusal.</summary>
    public async Task<ProblemHttpResult?> RefuseOrCountAsync(
        UserId user,
        UserLimit limit,
        HttpContext context,
        CancellationToken cancellation
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var found = await table.FindAsync(user.Key, limit.RowKey, cancellation);
            var now = clock.GetUtcNow();
            var start = found?.GetDateTimeOffset("WindowStart") ?? now;
            var count = found?.GetInt32("Count") ?? 0;
            if (now - start >= limit.Period)
            {
                (start, count) = (now, 0);
            }
            if (count >= limit.Max)
            {
                return Problems.TooManyRequests(
                    context,
                    start + limit.Period - now,
                    $"This is possible {limit.Rate}. Try again later."
                );
            }
            var row = new TableEntity(user.Key, limit.RowKey) { ["WindowStart"] = start, ["Count"] = count + 1 };
            if (await table.TryWriteAsync(user, row, found?.ETag, cancellation) is not null)
            {
                return null;
            }
        }
    }
}
