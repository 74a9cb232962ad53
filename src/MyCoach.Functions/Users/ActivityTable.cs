using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Users;

/// <summary>The activity logs: one row per action, newest first.</summary>
internal sealed partial class ActivityTable(UserTables tables, TimeProvider clock, ILogger<ActivityTable> logger)
{
    private readonly UserTable table = tables.Activity;

    /// <summary>
    /// Records an action that is already done. If storage fails, the failure is logged and the request still succeeds.
    /// A client disconnect does not cancel the write.
    /// </summary>
    public async Task AddAsync(UserId user, Actor actor, string action, string? subject = null)
    {
        var now = clock.GetUtcNow();
        var key = string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.MaxValue.Ticks - now.UtcTicks:D19}_{Guid.NewGuid():N}"
        );
        var row = new TableEntity(user.Key, key)
        {
            [nameof(Activity.Action)] = action,
            [nameof(Activity.Subject)] = subject,
            [nameof(Activity.At)] = now,
            [nameof(Actor.By)] = actor.By,
            [nameof(Actor.ClientAddress)] = actor.ClientAddress,
        };
        try
        {
            await table.WriteAsync(user, row, CancellationToken.None);
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault) || fault is AccountErasingException)
        {
            Log.NotRecorded(logger, action, fault.GetType().Name);
        }
    }

    /// <summary>One page as the storage returns it. Null if the storage rejects the continuation.</summary>
    public async Task<(IReadOnlyList<Activity> Activity, string? Continuation)?> ListAsync(
        UserId user,
        int maxRows,
        string? continuation,
        CancellationToken cancellation
    )
    {
        var page = await table.QueryPageAsync(
            TableClient.CreateQueryFilter($"PartitionKey eq {user.Key}"),
            maxRows,
            continuation,
            cancellation
        );
        return page is null ? null : ([.. page.Values.Select(Read)], page.ContinuationToken);
    }

    public static Activity Read(TableEntity row) =>
        new(
            row.GetString(nameof(Activity.Action)),
            row.GetString(nameof(Activity.Subject)),
            row.GetDateTimeOffset(nameof(Activity.At))!.Value,
            new Actor(row.GetString(nameof(Actor.By)) ?? "user", row.GetString(nameof(Actor.ClientAddress)))
        );

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Could not record {Action} in the user's activity log: {Fault}")]
        public static partial void NotRecorded(ILogger logger, string action, string fault);
    }
}
