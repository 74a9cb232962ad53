using System.Collections.Concurrent;
using MyCoach.Auth;
using MyCoach.Budgets;
using MyCoach.Settings;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>
/// Records events exactly once, however often it is asked and whatever answer is lost on the way. <c>docs/storage.md</c> says why this holds. Those of
/// one user-month that arrive while a transaction is under way go into the next one together (group commit), so that a busy user's ledger is written
/// once for many calls.
/// </summary>
internal sealed class UsageRecorder(UsageTable table, SettingsTable settings, ChangedMonthsTable changed, PartitionLocks locks)
{
    // A ledger, and for each event the event, its mark and at worst a day row of its own: 100 operations.
    private const int MostInGroup = 33;

    private readonly ConcurrentDictionary<string, ConcurrentQueue<Recording>> waiting = new(StringComparer.Ordinal);

    /// <summary>
    /// The event as it stands in the month, and whether this call put it there; else it is the first one with this id. Whoever is first through the lock
    /// commits for all that wait, and so finishes also when its own caller leaves.
    /// </summary>
    public async Task<(UsageEvent Event, bool Created)> RecordAsync(UserId user, UsageEvent one, CancellationToken cancellation)
    {
        var recording = new Recording(one);
        var partition = user.MonthPartition(one.Month);
        var queue = waiting.GetOrAdd(partition, _ => new ConcurrentQueue<Recording>());
        queue.Enqueue(recording);
        try
        {
            using var entered = await locks.EnterAsync(partition, cancellation);
            while (!recording.Done.Task.IsCompleted && Take(queue) is { Count: > 0 } group)
            {
                await CommitAsync(user, one.Month, group);
            }
            // Whoever still holds this queue finds in it at least what it put there itself.
            waiting.TryRemove(KeyValuePair.Create(partition, queue));
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Left out of the next group, unless it is under way already.
            recording.Done.TrySetCanceled(cancellation);
        }
        return await recording.Done.Task;
    }

    private static List<Recording> Take(ConcurrentQueue<Recording> queue)
    {
        var group = new List<Recording>();
        while (group.Count < MostInGroup && queue.TryDequeue(out var recording))
        {
            if (!recording.Done.Task.IsCompleted)
            {
                group.Add(recording);
            }
        }
        return group;
    }

    private async Task CommitAsync(UserId user, Month month, List<Recording> group)
    {
        try
        {
            var commitId = Guid.NewGuid().ToString("N");
            var settled = new Dictionary<string, (UsageEvent Event, bool Created)>(StringComparer.Ordinal);
            var open = group.Select(recording => recording.Event).DistinctBy(one => one.CallerId).ToList();
            for (var race = new Race(); !await TryCommitAsync(user, month, open, commitId, settled); await race.LostAsync(CancellationToken.None))
            {
                open.RemoveAll(one => settled.ContainsKey(one.CallerId));
            }
            foreach (var recording in group)
            {
                var (one, created) = settled[recording.Event.CallerId];
                // By reference: two equal posts are one event and its repetition.
                recording.Done.TrySetResult((one, created && ReferenceEquals(one, recording.Event)));
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
        Dictionary<string, (UsageEvent Event, bool Created)> settled
    )
    {
        if (open.Count == 0)
        {
            return true;
        }
        var transaction = await PrepareAsync(user, month, open, commitId);
        // Just before it may commit: a note taken before a long wait could be forgotten by then. Within a window it costs nothing.
        await changed.NoteAsync(user, month, CancellationToken.None);
        var outcome = await table.SubmitAsync(transaction, CancellationToken.None);
        var first = outcome == TransactionOutcome.Committed ? null : await FindMarkAsync(open[0]);
        if (outcome == TransactionOutcome.Committed || first?.CommitId == commitId)
        {
            open.ForEach(one => settled[one.CallerId] = (one, Created: true));
            return true;
        }
        // A row that was there already can be a mark: then that event is a repetition, and the others go without it.
        foreach (var one in outcome == TransactionOutcome.Exists ? open : [])
        {
            if ((one == open[0] ? first : await FindMarkAsync(one)) is { } mark)
            {
                settled[one.CallerId] = (await table.GetEventAsync(user, month, mark, CancellationToken.None), Created: false);
            }
        }
        return open.All(one => settled.ContainsKey(one.CallerId));

        Task<Mark?> FindMarkAsync(UsageEvent one) => table.FindMarkAsync(user, month, one.CallerId, CancellationToken.None);
    }

    private async Task<EntityGroupTransaction> PrepareAsync(UserId user, Month month, IReadOnlyList<UsageEvent> events, string commitId)
    {
        var partition = user.MonthPartition(month);
        var days = events.GroupBy(one => (Day: DateOnly.FromDateTime(one.CreatedAt.UtcDateTime), one.Provider, one.Model)).ToArray();
        var reading = Task.WhenAll(
            days.Select(day => table.FindDayAsync(user, day.Key.Day, day.Key.Provider, day.Key.Model, CancellationToken.None))
        );
        var ledger =
            await table.FindLedgerAsync(user, month, CancellationToken.None) ?? Ledger.New(await settings.GetAsync(user, CancellationToken.None));
        var read = await reading;

        var transaction = new EntityGroupTransaction(partition);
        transaction.Write((ledger with { Totals = ledger.Totals + Totals.Of(events) }).Write(partition), ledger.ETag);
        foreach (var one in events)
        {
            transaction.Insert(UsageRows.WriteMark(partition, one, commitId));
            transaction.Insert(UsageRows.WriteEvent(partition, one));
        }
        foreach (var (day, (totals, etag)) in days.Zip(read))
        {
            transaction.Write(UsageRows.WriteDay(partition, day.Key.Day, day.Key.Provider, day.Key.Model, totals + Totals.Of(day)), etag);
        }
        return transaction;
    }

    private sealed record Recording(UsageEvent Event)
    {
        public TaskCompletionSource<(UsageEvent Event, bool Created)> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
