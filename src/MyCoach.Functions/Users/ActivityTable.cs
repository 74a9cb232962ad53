using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Users;

/// <summary>One row a deed, the newest first.</summary>
internal sealed partial class ActivityTable(UserTables tables, TimeProvider clock, ILogger<ActivityTable> logger)
{
    private readonly UserTable table = tables.Activity;

    /// <summary>
    /// Notes what was just done. It is done, whatever becomes of the note: a storage that fails here is logged, and neither the caller who leaves nor the
    /// one who stays hears of it.
    /// </summary>
    public async Task AddAsync(UserId user, Actor actor, string action, string? subject = null)
    {
        var now = clock.GetUtcNow();
        var key = string.Create(CultureInfo.InvariantCulture, $"{DateTime.MaxValue.Ticks - now.UtcTicks:D19}_{Guid.NewGuid():N}");
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
            Log.NotNoted(logger, action, fault.GetType().Name);
        }
    }

    /// <summary>One page of the service's own. Null where the service does not know the continuation.</summary>
    public async Task<(IReadOnlyList<Activity> Activity, string? Continuation)?> ListAsync(
        UserId user,
        int most,
        string? continuation,
        CancellationToken cancellation
    )
    {
        var page = await table.QueryPageAsync(TableClient.CreateQueryFilter($"PartitionKey eq {user.Key}"), most, continuation, cancellation);
        return page is null ? null : ([.. page.Values.Select(Read)], page.ContinuationToken);
    }

    private static Activity Read(TableEntity row) =>
        new(
            row.GetString(nameof(Activity.Action)),
            row.GetString(nameof(Activity.Subject)),
            row.GetDateTimeOffset(nameof(Activity.At))!.Value,
            new Actor(row.GetString(nameof(Actor.By)) ?? "user", row.GetString(nameof(Actor.ClientAddress)))
        );

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "That {Action} was done could not be noted in the user's activity: {Fault}")]
        public static partial void NotNoted(ILogger logger, string action, string fault);
    }
}
