using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using MyCoach.Auth;
using MyCoach.Storage;

namespace MyCoach.Budgets;

/// <summary>A user-month that was written to lately, and the 5-minute window in which that was last noted.</summary>
internal sealed record ChangedMonth(UserId User, Month Month, long Window, ETag ETag);

/// <summary>
/// Which user-months the roll-up has to visit. One is noted before the first commit of each 5-minute window, so that a crash causes a needless visit and
/// never a missed one.
/// </summary>
internal sealed class ChangedMonthsTable(TableSource storage, TimeProvider clock)
{
    private const string Partition = "changed";
    private static readonly TimeSpan WindowLength = TimeSpan.FromMinutes(5);

    private readonly LazyTable table = storage.Table("ChangedMonths");

    // What this process noted in the current window.
    private readonly ConcurrentDictionary<string, long> noted = new(StringComparer.Ordinal);
    private long notedWindow;

    public async Task NoteAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var (key, window) = (user.MonthPartition(month), CurrentWindow);
        if (Interlocked.Exchange(ref notedWindow, window) != window)
        {
            noted.Clear();
        }
        if (noted.GetValueOrDefault(key) != window)
        {
            await table.WriteAsync(new TableEntity(Partition, key) { ["Window"] = window }, cancellation);
            noted[key] = window;
        }
    }

    public async IAsyncEnumerable<ChangedMonth> ListAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var row in table.QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellation))
        {
            var end = row.RowKey.LastIndexOf('_');
            var user = UserId.TryCreate(KeyEncoding.Decode(row.RowKey[..end]))!;
            yield return new ChangedMonth(user, Month.TryParse(row.RowKey[(end + 1)..], "yyyyMM")!.Value, row.GetInt64("Window")!.Value, row.ETag);
        }
    }

    /// <summary>
    /// Forgets a visited month, unless a commit that relies on the note can still be under way: one that was noted at the end of a window may land in the
    /// next. A month noted again meanwhile has another ETag and stays.
    /// </summary>
    public Task ForgetAsync(ChangedMonth visited, CancellationToken cancellation) =>
        visited.Window <= CurrentWindow - 2
            ? table.TryDeleteAsync(Partition, visited.User.MonthPartition(visited.Month), visited.ETag, cancellation)
            : Task.CompletedTask;

    private long CurrentWindow => clock.GetUtcNow().Ticks / WindowLength.Ticks;
}
