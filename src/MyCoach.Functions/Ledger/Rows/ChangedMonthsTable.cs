using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>What the roll-up does with a user-month that changed, and for how long one note of the change is enough.</summary>
/// <param name="EachWindow">Whether each window has a note of its own. Else a later one takes the place of an earlier, which a task that waits for the end of
/// the window would never come to where there is always a later one.</param>
internal sealed record MonthTask(string Partition, TimeSpan Window, bool EachWindow)
{
    /// <summary>To hold the spend against the budget.</summary>
    public static readonly MonthTask Visit = new(ChangedMonthRows.Visits, TimeSpan.FromMinutes(5), EachWindow: false);

    /// <summary>To count the events again, once the day of the change is over.</summary>
    public static readonly MonthTask Recount = new(ChangedMonthRows.Recounts, TimeSpan.FromDays(1), EachWindow: true);

    public static readonly IReadOnlyList<MonthTask> All = [Visit, Recount];

    public string RowKey(string month, long window) => EachWindow ? string.Create(CultureInfo.InvariantCulture, $"{month}_{window}") : month;

    public string MonthOf(string rowKey) => EachWindow ? rowKey[..rowKey.LastIndexOf('_')] : rowKey;
}

/// <summary>A user-month that was written to lately, and the window in which that was last noted.</summary>
internal sealed record ChangedMonth(UserId User, Month Month, long Window, ETag ETag)
{
    public string Key => User.MonthPartition(Month);
}

/// <summary>
/// Which user-months the roll-up has to see to. One is noted before the first commit of each window, so that a crash causes a needless visit and never a
/// missed one.
/// </summary>
internal sealed class ChangedMonthsTable(UserTables tables, TimeProvider clock)
{
    // A commit that relies on a note taken at the end of a window may land in the next one, and clocks differ a little.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(5);

    private readonly UserTable table = tables.ChangedMonths;

    // What this process noted, and in which window. An erasure takes the notes away, so they count only under the fencing token they were written with.
    private readonly ConcurrentDictionary<(MonthTask Task, string Month, string? FencingToken), long> noted = new();
    private long notedWindow;

    /// <summary>A note that has a month visited at the next run, for where nobody wrote one.</summary>
    public static TableEntity VisitOf(string partition) => new(MonthTask.Visit.Partition, MonthTask.Visit.RowKey(partition, 0)) { ["Window"] = 0L };

    public Task NoteAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var window = WindowOf(MonthTask.Visit);
        if (Interlocked.Exchange(ref notedWindow, window) != window)
        {
            foreach (var (key, old) in noted)
            {
                if (old != WindowOf(key.Task))
                {
                    noted.TryRemove(KeyValuePair.Create(key, old));
                }
            }
        }
        return Task.WhenAll(MonthTask.All.Select(task => NoteAsync(task, user, month, cancellation)));
    }

    /// <summary>The months noted for a task, beginning at <paramref name="from"/> and coming round to it at the end.</summary>
    public async IAsyncEnumerable<ChangedMonth> ListAsync(MonthTask task, string from, [EnumeratorCancellation] CancellationToken cancellation)
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

    /// <summary>Whether every commit that relies on the note has landed: from then on a visit sees all that the note is about.</summary>
    public static bool IsSettled(MonthTask task, ChangedMonth month, DateTimeOffset at) =>
        ((month.Window + 1) * task.Window.Ticks) + Slack.Ticks <= at.UtcTicks;

    /// <summary>Forgets a month that was seen to. One noted again meanwhile has another ETag and stays.</summary>
    public Task ForgetAsync(MonthTask task, ChangedMonth seen, CancellationToken cancellation) =>
        table.TryDeleteAsync(task.Partition, task.RowKey(seen.Key, seen.Window), seen.ETag, cancellation);

    /// <summary>Where the last run of a task stopped for want of time; empty where it did not.</summary>
    public async Task<string> FindProgressAsync(MonthTask task, CancellationToken cancellation) =>
        (await table.FindAsync(ChangedMonthRows.Progress, task.Partition, cancellation))?.GetString(ChangedMonthRows.From) ?? "";

    public Task WriteProgressAsync(MonthTask task, ChangedMonth next, CancellationToken cancellation) =>
        table.WriteAsync(next.User, new TableEntity(ChangedMonthRows.Progress, task.Partition) { [ChangedMonthRows.From] = next.Key }, cancellation);

    public Task ForgetProgressAsync(MonthTask task, CancellationToken cancellation) =>
        table.TryDeleteAsync(ChangedMonthRows.Progress, task.Partition, ETag.All, cancellation);

    private async Task NoteAsync(MonthTask task, UserId user, Month month, CancellationToken cancellation)
    {
        var (key, window) = (user.MonthPartition(month), WindowOf(task));
        if (noted.GetValueOrDefault((task, key, user.FencingToken)) != window)
        {
            await table.WriteAsync(user, new TableEntity(task.Partition, task.RowKey(key, window)) { ["Window"] = window }, cancellation);
            noted[(task, key, user.FencingToken)] = window;
        }
    }

    private long WindowOf(MonthTask task) => clock.GetUtcNow().Ticks / task.Window.Ticks;
}
