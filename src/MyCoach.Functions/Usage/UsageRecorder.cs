using System.Collections.Concurrent;
using MyCoach.Accounts;
using MyCoach.Auth;
using MyCoach.Conversations;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>An event as it stands in its month, and whether this very call put it there.</summary>
internal sealed record Recorded(UsageEvent Event, bool IsNew);

/// <summary>
/// Records events exactly once, however often it is asked and whatever answer is lost on the way. <c>docs/storage.md</c> says why this holds. Those of
/// one user-month that arrive while a transaction is under way go into the next one together (group commit), so that a busy user's ledger is written
/// once for many calls.
/// </summary>
internal sealed class UsageRecorder(UsageTable table, MonthCommit commit, ConversationsTable conversations, PartitionLocks locks, TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Recording>> waiting = new(StringComparer.Ordinal);

    /// <summary>
    /// Each event is whole in one transaction. Whoever is first through the lock commits for all that wait, and so finishes also when its own caller
    /// leaves.
    /// </summary>
    public async Task<IReadOnlyList<Recorded>> RecordAsync(UserId user, IReadOnlyList<UsageEvent> events, CancellationToken cancellation)
    {
        var recordings = events.Select(one => new Recording(user, one)).ToArray();
        // The later month first: an id that was just kept out of the earlier one has its event there.
        foreach (var month in recordings.GroupBy(one => one.Event.Month).OrderByDescending(month => month.Key.Start))
        {
            await RecordAsync(user, month.Key, [.. month], cancellation);
        }
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
            var settled = new ConcurrentDictionary<string, Recorded>(StringComparer.Ordinal);
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
        catch (Exception fault) when (group.Count > 1 && !StorageFaults.IsUnavailable(fault) && fault is not AccountErasingException)
        {
            // One of them may be at fault, and the others are not to go with it.
            foreach (var recording in group)
            {
                await CommitAsync(month, [recording]);
            }
        }
        catch (Exception fault)
        {
            group.ForEach(recording => recording.Done.TrySetException(fault));
        }
    }

    /// <summary>Sends the transaction once and notes which events are settled by now; true where all are.</summary>
    private async Task<bool> TryCommitAsync(
        UserId user,
        Month month,
        List<UsageEvent> open,
        string commitId,
        ConcurrentDictionary<string, Recorded> settled
    )
    {
        if (open.Count == 0)
        {
            return true;
        }
        var outcome = await commit.SubmitAsync(user, month, open, commitId);
        // Any mark tells a lost answer. A row that was there already can be a mark of others: then that event is a repetition.
        var asked = outcome == TransactionOutcome.Committed ? [] : open.Take(outcome == TransactionOutcome.Exists ? open.Count : 1).ToArray();
        var marks = await Task.WhenAll(asked.Select(one => table.FindMarkAsync(user, month, one.CallerId, CancellationToken.None)));
        if (outcome == TransactionOutcome.Committed || marks.Any(mark => mark?.CommitId == commitId))
        {
            open.ForEach(one => settled[one.CallerId] = new Recorded(one, IsNew: true));
            return true;
        }
        await Task.WhenAll(asked.Zip(marks).Where(pair => pair.Second is not null && outcome == TransactionOutcome.Exists).Select(SettleAsync));
        return open.All(one => settled.ContainsKey(one.CallerId));

        async Task SettleAsync((UsageEvent Event, Mark? Mark) repeated)
        {
            if (await FindFirstAsync(user, month, repeated.Event.CallerId, repeated.Mark!) is { } first)
            {
                settled[repeated.Event.CallerId] = new Recorded(await conversations.ShowAsync(user, first, CancellationToken.None), IsNew: false);
            }
        }
    }

    /// <summary>Null where the id was kept out of the month for an event that never came to be in the next: then it can be recorded after all.</summary>
    private async Task<UsageEvent?> FindFirstAsync(UserId user, Month month, string callerId, Mark mark)
    {
        if (mark.EventKey is not null)
        {
            return await table.GetEventAsync(user, month, mark, CancellationToken.None);
        }
        if (await table.FindEventAsync(user, month.Next, callerId, CancellationToken.None) is { } forwarded)
        {
            return forwarded;
        }
        if (clock.GetUtcNow() < month.End + (2 * UsageIntake.KeepsOut))
        {
            throw new StorageUnavailableException("A repetition of this event is just being recorded in the next month.");
        }
        await table.TryDeleteMarkAsync(user, month, callerId, mark, CancellationToken.None);
        return null;
    }

    private sealed record Recording(UserId User, UsageEvent Event)
    {
        public TaskCompletionSource<Recorded> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
