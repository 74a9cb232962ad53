using System.Collections.Concurrent;
using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>
/// Applies changes to user-months exactly once, even if a change is requested repeatedly or a response is lost.
/// <c>docs/storage.md</c> explains why. Changes of one user-month that arrive during a transaction share the next one
/// (group commit), so that a busy user's ledger is written once for many calls.
/// </summary>
internal sealed class MonthQueue(GroupCommit groups, PartitionLocks locks)
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<MonthChange>> waiting = new(StringComparer.Ordinal);

    /// <summary>
    /// Commits each change completely in one transaction. The first caller to enter the lock commits for all that wait.
    /// Cancellation only removes changes that still wait.
    /// </summary>
    public async Task RunAsync(IReadOnlyList<MonthChange> changes, CancellationToken cancellation)
    {
        // The later month first: if an id has just been blocked in the earlier month, its event is recorded in the
        // later one.
        foreach (var month in changes.GroupBy(change => change.Month).OrderByDescending(month => month.Key.Start))
        {
            await RunAsync(month.Key, [.. month], cancellation);
        }
        await Task.WhenAll(changes.Select(change => change.Completion));
    }

    private async Task RunAsync(Month month, IReadOnlyList<MonthChange> changes, CancellationToken cancellation)
    {
        var partition = changes[0].User.MonthPartition(month);
        var queue = waiting.GetOrAdd(partition, _ => new ConcurrentQueue<MonthChange>());
        foreach (var change in changes)
        {
            queue.Enqueue(change);
        }
        try
        {
            using var entered = await locks.EnterAsync(partition, cancellation);
            while (changes.Any(change => !change.IsCompleted) && Take(queue) is { Count: > 0 } group)
            {
                await groups.RunAsync(month, group);
            }
            // Another caller may still use this queue. It then commits at least the changes that it has enqueued
            // itself.
            waiting.TryRemove(KeyValuePair.Create(partition, queue));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The next group leaves these changes out, unless they are being committed already.
            foreach (var change in changes)
            {
                change.Cancel(cancellation);
            }
        }
    }

    // Takes as many changes as fit into one transaction. Only the lock holder takes, so the peeked change is the one
    // that is dequeued.
    private static List<MonthChange> Take(ConcurrentQueue<MonthChange> queue)
    {
        var group = new List<MonthChange>();
        var (exclusive, rows) = (
            new HashSet<string>(StringComparer.Ordinal),
            new HashSet<string>(StringComparer.Ordinal)
        );
        while (queue.TryPeek(out var next))
        {
            if (!next.IsCompleted)
            {
                rows.UnionWith(MonthCommit.RowsOf(next));
                var fits = rows.Count <= MonthCommit.MaxRows && !next.ExclusiveRows.Any(exclusive.Contains);
                if (group.Count > 0 && (!fits || group[0].User.FencingToken != next.User.FencingToken))
                {
                    break;
                }
                exclusive.UnionWith(next.ExclusiveRows);
                group.Add(next);
            }
            queue.TryDequeue(out _);
        }
        return group;
    }
}
