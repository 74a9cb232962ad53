using System.Collections.Concurrent;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Applies changes to user-months exactly once, even if a change is requested repeatedly or a response is lost. <c>docs/storage.md</c> explains why.
/// Changes of one user-month that arrive during a transaction share the next one (group commit), so that a busy user's ledger is written once for
/// many calls.
/// </summary>
internal sealed class MonthQueue(MonthTable table, MonthCommit commit, PartitionLocks locks)
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<MonthChange>> waiting = new(StringComparer.Ordinal);

    /// <summary>
    /// Commits each change completely in one transaction. The first caller to enter the lock commits for all that wait. Cancellation only removes
    /// changes that still wait.
    /// </summary>
    public async Task RunAsync(IReadOnlyList<MonthChange> changes, CancellationToken cancellation)
    {
        // The later month first: if an id has just been blocked in the earlier month, its event is recorded in the later one.
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
            while (changes.Any(change => !change.IsOver) && Take(queue) is { Count: > 0 } group)
            {
                await CommitAsync(month, group);
            }
            // Another caller may still use this queue. It then commits at least the changes that it has enqueued itself.
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

    // Takes as many changes as fit into one transaction. Only the lock holder takes, so the peeked change is the one that is dequeued.
    private static List<MonthChange> Take(ConcurrentQueue<MonthChange> queue)
    {
        var group = new List<MonthChange>();
        var (exclusive, rows) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        while (queue.TryPeek(out var next))
        {
            if (!next.IsOver)
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

    private async Task CommitAsync(Month month, List<MonthChange> group)
    {
        try
        {
            var (commitId, open, losses) = (Guid.NewGuid().ToString("N"), group.ToList(), 0);
            for (
                var race = new ConflictRetry();
                !await TryCommitAsync(month, open, commitId, losses++);
                await race.BackOffAsync(CancellationToken.None)
            ) { }
        }
        catch (Exception fault) when (group.Count > 1 && !StorageFaults.IsUnavailable(fault) && fault is not AccountErasingException)
        {
            // A bad change must not fail the rest: commit them one by one.
            foreach (var change in group.Where(change => !change.IsOver))
            {
                await CommitAsync(month, [change]);
            }
        }
        catch (Exception fault)
        {
            group.ForEach(change => change.Fail(fault));
        }
    }

    /// <summary>Sends the transaction once and removes the changes that are completed from the list. True if none are left.</summary>
    private async Task<bool> TryCommitAsync(Month month, List<MonthChange> open, string commitId, int losses)
    {
        var outcome = await commit.SubmitAsync(open[0].User, month, open, commitId);
        if (outcome == TransactionOutcome.Committed)
        {
            await Task.WhenAll(open.Select(change => change.CommitAsync(table, isFirst: losses == 0)));
            return true;
        }
        // Usually another instance has changed the ledger, and a retry is enough. If a row already exists or is missing, or a response was lost,
        // each change must find out what is stored.
        var mustResolve = outcome == TransactionOutcome.Exists || (losses > 0 && open.Any(change => change.DeletesRow));
        if (mustResolve || await IsCommittedAsync(month, open, commitId))
        {
            await Task.WhenAll(open.Select(change => ResolveAsync(change, commitId)));
            open.RemoveAll(change => change.IsOver);
        }
        return open.Count == 0;
    }

    // A change that cannot be resolved now must not fail the others.
    private async Task ResolveAsync(MonthChange change, string commitId)
    {
        try
        {
            await change.ResolveAsync(table, commitId);
        }
        catch (RowBusyException fault)
        {
            change.Fail(fault);
        }
    }

    // One row with the commit id shows that the whole transaction has committed.
    private async Task<bool> IsCommittedAsync(Month month, List<MonthChange> open, string commitId) =>
        open.FirstOrDefault(change => change.CommitRow is not null) is { } marked
        && await table.FindCommitAsync(marked.User, month, marked.CommitRow!, CancellationToken.None) == commitId;
}
