using System.Collections.Concurrent;
using MyCoach.Auth;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>An event as it stands in its month, and whether this very call put it there.</summary>
internal sealed record Recorded(UsageEvent Event, bool IsNew);

/// <summary>
/// Records events exactly once, however often it is asked and whatever answer is lost on the way. <c>docs/storage.md</c> says why this holds. Those of
/// one user-month that arrive while a transaction is under way go into the next one together (group commit), so that a busy user's ledger is written
/// once for many calls.
/// </summary>
internal sealed class UsageRecorder(UsageTable table, MonthCommit commit, PartitionLocks locks)
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Recording>> waiting = new(StringComparer.Ordinal);

    /// <summary>
    /// Each event is whole in one transaction. Whoever is first through the lock commits for all that wait, and so finishes also when its own caller
    /// leaves.
    /// </summary>
    public async Task<IReadOnlyList<Recorded>> RecordAsync(UserId user, IReadOnlyList<UsageEvent> events, CancellationToken cancellation)
    {
        var recordings = events.Select(one => new Recording(user, one)).ToArray();
        await Task.WhenAll(recordings.GroupBy(one => one.Event.Month).Select(month => RecordAsync(user, month.Key, [.. month], cancellation)));
        return await Task.WhenAll(recordings.Select(one => one.Done.Task));
    }

    private async Task RecordAsync(UserId user, Month month, IReadOnlyList<Recording> recordings, CancellationToken cancellation)
    {
        var partition = user.MonthPartition(month);
        var queue = waiting.GetOrAdd(partition, _ => new ConcurrentQueue<Recording>());
        foreach (var recording in recordings)
        {
            queue.Enqueue(recording);
        }
        try
        {
            using var entered = await locks.EnterAsync(partition, cancellation);
            while (recordings.Any(recording => !recording.Done.Task.IsCompleted) && Take(queue) is { Count: > 0 } group)
            {
                await CommitAsync(month, group);
            }
            // Whoever still holds this queue finds in it at least what it put there itself.
            waiting.TryRemove(KeyValuePair.Create(partition, queue));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Left out of the next group, unless it is under way already.
            foreach (var recording in recordings)
            {
                recording.Done.TrySetCanceled(cancellation);
            }
        }
    }

    // As many as one transaction holds. Only the holder of the lock takes, so what was peeked at is what is dequeued.
    private static List<Recording> Take(ConcurrentQueue<Recording> queue)
    {
        var group = new List<Recording>();
        var rows = new HashSet<string>(StringComparer.Ordinal);
        while (queue.TryPeek(out var next))
        {
            if (!next.Done.Task.IsCompleted)
            {
                rows.UnionWith(MonthCommit.RowsOf(next.Event));
                if (rows.Count > MonthCommit.MostRows || (group.Count > 0 && group[0].User.FencingToken != next.User.FencingToken))
                {
                    break;
                }
                group.Add(next);
            }
            queue.TryDequeue(out _);
        }
        return group;
    }

    private async Task CommitAsync(Month month, List<Recording> group)
    {
        try
        {
            var user = group[0].User;
            var commitId = Guid.NewGuid().ToString("N");
            var settled = new Dictionary<string, Recorded>(StringComparer.Ordinal);
            var open = group.Select(recording => recording.Event).DistinctBy(one => one.CallerId).ToList();
            for (var race = new Race(); !await TryCommitAsync(user, month, open, commitId, settled); await race.LostAsync(CancellationToken.None))
            {
                open.RemoveAll(one => settled.ContainsKey(one.CallerId));
            }
            foreach (var recording in group)
            {
                var recorded = settled[recording.Event.CallerId];
                // By reference: two equal posts are one event and its repetition.
                recording.Done.TrySetResult(recorded with { IsNew = recorded.IsNew && ReferenceEquals(recorded.Event, recording.Event) });
            }
        }
        catch (Exception fault)
        {
            group.ForEach(recording => recording.Done.TrySetException(fault));
        }
    }

    /// <summary>Sends the transaction once and notes which events are settled by now; true where all are.</summary>
    private async Task<bool> TryCommitAsync(UserId user, Month month, List<UsageEvent> open, string commitId, Dictionary<string, Recorded> settled)
    {
        if (open.Count == 0)
        {
            return true;
        }
        var outcome = await commit.SubmitAsync(user, month, open, commitId);
        var first = outcome == TransactionOutcome.Committed ? null : await FindMarkAsync(open[0]);
        if (outcome == TransactionOutcome.Committed || first?.CommitId == commitId)
        {
            open.ForEach(one => settled[one.CallerId] = new Recorded(one, IsNew: true));
            return true;
        }
        // A row that was there already can be a mark: then that event is a repetition, and the others go without it.
        foreach (var one in outcome == TransactionOutcome.Exists ? open : [])
        {
            if ((one == open[0] ? first : await FindMarkAsync(one)) is { } mark)
            {
                settled[one.CallerId] = new Recorded(await GetFirstAsync(user, month, one.CallerId, mark), IsNew: false);
            }
        }
        return open.All(one => settled.ContainsKey(one.CallerId));

        Task<Mark?> FindMarkAsync(UsageEvent one) => table.FindMarkAsync(user, month, one.CallerId, CancellationToken.None);
    }

    private async Task<UsageEvent> GetFirstAsync(UserId user, Month month, string callerId, Mark mark) =>
        mark.EventKey is not null
            ? await table.GetEventAsync(user, month, mark, CancellationToken.None)
            : await table.FindEventAsync(user, month.Next, callerId, CancellationToken.None)
                ?? throw new StorageUnavailableException("A repetition of this event is just being recorded in the next month.");

    private sealed record Recording(UserId User, UsageEvent Event)
    {
        public TaskCompletionSource<Recorded> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
