using System.Collections.Concurrent;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Makes changes of user-months exactly once, however often it is asked and whatever answer is lost on the way. <c>docs/storage.md</c> says why this
/// holds. Those of one user-month that arrive while a transaction is under way go into the next one together (group commit), so that a busy user's ledger
/// is written once for many calls.
/// </summary>
internal sealed class MonthQueue(MonthTable table, MonthCommit commit, PartitionLocks locks)
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<MonthChange>> waiting = new(StringComparer.Ordinal);

    /// <summary>Each change is whole in one transaction. It can be given up only while it waits; whoever is first through the lock commits for all that wait.</summary>
    public async Task RunAsync(IReadOnlyList<MonthChange> changes, CancellationToken cancellation)
    {
        // The later month first: an id that was just kept out of the earlier one has its event there.
        foreach (var month in changes.GroupBy(one => one.Month).OrderByDescending(month => month.Key.Start))
        {
            await RunAsync(month.Key, [.. month], cancellation);
        }
        await Task.WhenAll(changes.Select(one => one.Done));
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
            // Whoever still holds this queue finds in it at least what it put there itself.
            waiting.TryRemove(KeyValuePair.Create(partition, queue));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Left out of the next group, unless it is under way already.
            foreach (var change in changes)
            {
                change.Cancel(cancellation);
            }
        }
    }

    // As many as one transaction holds. Only the holder of the lock takes, so what was peeked at is what is dequeued.
    private static List<MonthChange> Take(ConcurrentQueue<MonthChange> queue)
    {
        var group = new List<MonthChange>();
        var (own, rows) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        while (queue.TryPeek(out var next))
        {
            if (!next.IsOver)
            {
                rows.UnionWith(MonthCommit.RowsOf(next));
                var fits = rows.Count <= MonthCommit.MostRows && !next.OwnRows.Any(own.Contains);
                if (group.Count > 0 && (!fits || group[0].User.FencingToken != next.User.FencingToken))
                {
                    break;
                }
                own.UnionWith(next.OwnRows);
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
            var (commitId, open, lost) = (Guid.NewGuid().ToString("N"), group.ToList(), 0);
            for (var race = new Race(); !await TryCommitAsync(month, open, commitId, lost++); await race.LostAsync(CancellationToken.None)) { }
        }
        catch (Exception fault) when (group.Count > 1 && !StorageFaults.IsUnavailable(fault) && fault is not AccountErasingException)
        {
            // One of them may be at fault, and the others are not to go with it.
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

    /// <summary>Sends the transaction once and takes out which changes are over by now; true where all are.</summary>
    private async Task<bool> TryCommitAsync(Month month, List<MonthChange> open, string commitId, int lost)
    {
        var outcome = await commit.SubmitAsync(open[0].User, month, open, commitId);
        if (outcome == TransactionOutcome.Committed)
        {
            await Task.WhenAll(open.Select(change => change.CommitAsync(table, isFirst: lost == 0)));
            return true;
        }
        // Mostly the ledger was changed by others. A row that was there already or is missing, and a lost answer, are looked into one by one.
        var isDoubtful = outcome == TransactionOutcome.Exists || (lost > 0 && open.Any(change => change.Removes));
        if (isDoubtful || await IsCommittedAsync(month, open, commitId))
        {
            await Task.WhenAll(open.Select(change => ExamineAsync(change, commitId)));
            open.RemoveAll(change => change.IsOver);
        }
        return open.Count == 0;
    }

    // What keeps one from being looked into now is no business of the others.
    private async Task ExamineAsync(MonthChange change, string commitId)
    {
        try
        {
            await change.ExamineAsync(table, commitId);
        }
        catch (RowBusyException fault)
        {
            change.Fail(fault);
        }
    }

    // Any row that carries the commit id tells.
    private async Task<bool> IsCommittedAsync(Month month, List<MonthChange> open, string commitId) =>
        open.FirstOrDefault(change => change.CommitRow is not null) is { } one
        && await table.FindCommitAsync(one.User, month, one.CommitRow!, CancellationToken.None) == commitId;
}
