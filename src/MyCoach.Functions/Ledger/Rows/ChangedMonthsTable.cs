using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// The user-months that the roll-up must process. A month is noted before its first commit in each window, so that a
/// crash can cause a needless visit but never a missed one.
/// </summary>
internal sealed class ChangedMonthsTable(UserTables tables, TimeProvider clock)
{
    private readonly UserTable table = tables.ChangedMonths;

    // What this process has noted for each task, and in which window. An erasure deletes the notes, so they count only
    // for the fencing token at the time.
    private readonly Dictionary<MonthTask, ExpiringMap<(string Month, string? FencingToken), long>> noted =
        MonthTask.All.ToDictionary(
            task => task,
            task => new ExpiringMap<(string Month, string? FencingToken), long>(clock, task.Window, maxEntries: 10_000)
        );

    /// <summary>
    /// A note that makes the next run visit a month. A restore writes it because the backup may lack one.
    /// </summary>
    public static TableEntity CreateVisitNote(string partition) =>
        new(MonthTask.Visit.Partition, MonthTask.Visit.RowKey(partition, 0)) { ["Window"] = 0L };

    public Task NoteAsync(UserId user, Month month, CancellationToken cancellation) =>
        Task.WhenAll(MonthTask.All.Select(task => NoteAsync(task, user, month, cancellation)));

    /// <summary>
    /// The months noted for a task, starting at <paramref name="from"/> and wrapping around to it at the end.
    /// </summary>
    public async IAsyncEnumerable<ChangedMonth> ListAsync(
        MonthTask task,
        string from,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var (rest, first) = (
            TableClient.CreateQueryFilter($"PartitionKey eq {task.Partition} and RowKey ge {from}"),
            TableClient.CreateQueryFilter($"PartitionKey eq {task.Partition} and RowKey lt {from}")
        );
        foreach (var filter in from.Length == 0 ? [rest] : new[] { rest, first })
        {
            await foreach (var row in table.QueryAsync(filter, cancellation))
            {
                var (user, month) = UserId.ParseMonthPartition(task.MonthOf(row.RowKey));
                yield return new ChangedMonth(user, month, row.GetInt64("Window")!.Value, row.ETag);
            }
        }
    }

    /// <summary>Whether every commit that relies on the note has landed, so that a visit sees all of them.</summary>
    public static bool HaveCommitsLanded(MonthTask task, ChangedMonth month, DateTimeOffset at) =>
        ((month.Window + 1) * task.Window.Ticks) + task.LandingTime.Ticks <= at.UtcTicks;

    /// <summary>
    /// Removes the note of a processed month. False if it stays: the month was noted again in the meantime, so that the
    /// ETag differs.
    /// </summary>
    public async Task<bool> TryForgetAsync(MonthTask task, ChangedMonth processed, CancellationToken cancellation)
    {
        var isRemoved = await table.TryDeleteAsync(
            task.Partition,
            task.RowKey(processed.Key, processed.Window),
            processed.ETag,
            cancellation
        );
        if (isRemoved)
        {
            noted[task].Remove((processed.Key, processed.User.FencingToken));
        }
        return isRemoved;
    }

    private async Task NoteAsync(MonthTask task, UserId user, Month month, CancellationToken cancellation)
    {
        var (key, window) = (user.MonthPartition(month), clock.GetUtcNow().Ticks / task.Window.Ticks);
        if (!noted[task].TryGet((key, user.FencingToken), out var last) || last != window)
        {
            await table.WriteAsync(
                user,
                new TableEntity(task.Partition, task.RowKey(key, window)) { ["Window"] = window },
                cancellation
            );
            noted[task].Set((key, user.FencingToken), window);
        }
    }
}
