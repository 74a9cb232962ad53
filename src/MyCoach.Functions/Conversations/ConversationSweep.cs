using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Conversations;

/// <summary>
/// Takes the ids of deleted conversations off their rows: once soon, and once more when no event of before can land any more; then the tombstone goes.
/// </summary>
internal sealed partial class ConversationSweep(
    TombstonesTable table,
    MonthTable usage,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<ConversationSweep> logger
)
{
    // Far longer than any write lasts, clocks' differences included.
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public async Task RunAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            var due = await table.ListAsync(either.Token).Where(tombstone => !tombstone.IsCleared || IsSettled(tombstone)).ToListAsync(either.Token);
            // In another order each time, so that no user always comes last.
            foreach (var ofOne in due.GroupBy(tombstone => tombstone.User.Key).OrderBy(_ => Random.Shared.Next()))
            {
                await TryClearAsync([.. ofOne], either.Token);
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            Log.Stopped(logger);
        }
    }

    // One user whose rows cannot be cleared must not keep the others from it; it is tried again at the next run.
    private async Task TryClearAsync(List<Tombstone> tombstones, CancellationToken cancellation)
    {
        try
        {
            await ClearAsync(tombstones, await fence.EnterAsync(tombstones[0].User, cancellation), cancellation);
        }
        catch (AccountErasingException)
        {
            Log.Erasing(logger);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Failed(logger, fault);
        }
    }

    private bool IsSettled(Tombstone tombstone) => tombstone.DeletedAt < clock.GetUtcNow() - Settled;

    // All that one user deleted in one pass over the user's rows.
    private async Task ClearAsync(List<Tombstone> tombstones, UserId user, CancellationToken cancellation)
    {
        // Before the pass: what settles meanwhile was not settled for all of it.
        var settled = tombstones.Where(IsSettled).ToHashSet();
        var detachments = new Detachments(
            tombstones.ToDictionary(tombstone => tombstone.ConversationId, tombstone => tombstone.Generation, StringComparer.Ordinal)
        );
        var cleared = await ClearAsync(user, detachments, cancellation);
        foreach (var tombstone in tombstones)
        {
            _ = settled.Contains(tombstone)
                ? await table.TryDeleteAsync(tombstone, cancellation)
                : await table.TryWriteAsync(tombstone with { User = user, IsCleared = true }, cancellation);
        }
        Log.Cleared(logger, tombstones.Count, cleared);
    }

    private async Task<int> ClearAsync(UserId user, Detachments detachments, CancellationToken cancellation)
    {
        var rows = 0;
        var detached = usage.ConversationEventsAsync(user, cancellation).Where(row => IsDetached(MonthRows.ReadEvent(row)));
        await foreach (var group in detached.GroupedAsync(cancellation))
        {
            await DetachAsync(user, group, cancellation);
            rows += group.Count;
        }
        await foreach (var row in usage.ConversationTotalsAsync(user, cancellation))
        {
            var totals = MonthRows.ReadTotals(row);
            if (detachments.Cover(MonthRows.ConversationOf(totals.Key), totals.Generation))
            {
                rows += await usage.TryDeleteAsync(row, cancellation) ? 1 : 0;
            }
        }
        return rows;

        bool IsDetached(UsageEvent one) => detachments.Cover(one.ConversationId, one.ConversationGeneration);
    }

    private async Task DetachAsync(UserId user, IReadOnlyList<TableEntity> events, CancellationToken cancellation)
    {
        var transaction = new EntityGroupTransaction(events[0].PartitionKey);
        foreach (var row in events)
        {
            transaction.Write(MonthRows.Detach(row), row.ETag);
        }
        if (await usage.SubmitAsync(user, transaction, cancellation) != TransactionOutcome.Committed)
        {
            throw new StorageUnavailableException("Events could not be taken out of a deleted conversation.");
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Cleared {Conversations} deleted conversations of a user off {Rows} rows")]
        public static partial void Cleared(ILogger logger, int conversations, int rows);

        [LoggerMessage(LogLevel.Information, "A user's deleted conversations go with the account, which is being erased")]
        public static partial void Erasing(ILogger logger);

        [LoggerMessage(LogLevel.Error, "A user's deleted conversations could not be cleared; it is tried again at the next run")]
        public static partial void Failed(ILogger logger, Exception fault);

        [LoggerMessage(LogLevel.Information, "The time for deleted conversations is over; the next run goes on")]
        public static partial void Stopped(ILogger logger);
    }
}
