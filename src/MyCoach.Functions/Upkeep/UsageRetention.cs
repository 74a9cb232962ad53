using Azure;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Removes events past their retention period, with the marks of their ids. The totals rows and the ledger stay, but
/// can no longer be recounted. It scans the months once a month. After a crash the next run continues, and concurrent
/// runs are safe.
/// </summary>
internal sealed partial class UsageRetention(
    RetentionSettings settings,
    RetentionTable progress,
    MonthTable usage,
    MonthScans scans,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<UsageRetention> logger
)
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(5);

    public async Task RunAsync(CancellationToken cancellation)
    {
        if (settings.Months is not { } months)
        {
            return;
        }
        var through = Month.Of(clock.GetUtcNow().AddMonths(-months)).Previous;
        if (string.CompareOrdinal(await progress.FindAsync(cancellation), through.Compact) >= 0)
        {
            return;
        }
        using var timeLimit = new CancellationTokenSource(TimeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeLimit.Token, cancellation);
        var isComplete = true;
        try
        {
            await foreach (var (user, month) in scans.ListMonthsWithEventsAsync(through, either.Token))
            {
                isComplete &= await TryRemoveAsync(user, month, either.Token);
            }
        }
        catch (OperationCanceledException)
            when (timeLimit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            isComplete = false;
        }
        if (isComplete)
        {
            await progress.WriteAsync(through.Compact, cancellation);
        }
        else
        {
            Log.Unfinished(logger);
        }
    }

    // False if something is left for the next run.
    private async Task<bool> TryRemoveAsync(UserId user, Month month, CancellationToken cancellation)
    {
        try
        {
            var owner = await fence.EnterAsync(user, cancellation);
            if (
                !await TryMarkAsync(owner, month, EventRemoval.Begun, cancellation)
                || await RemoveAsync(owner, month, cancellation) is not { } removed
            )
            {
                return false;
            }
            Log.Removed(logger, removed, month);
            return await TryMarkAsync(owner, month, EventRemoval.Done, cancellation);
        }
        catch (AccountErasingException)
        {
            // The erasure deletes the events.
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !StorageFaults.IsUnavailable(fault))
        {
            // A failed month must not block the others.
            Log.Failed(logger, fault, month);
            return false;
        }
    }

    // Marks the ledger before anything is removed. Otherwise a recount would correct the ledger to the sum of the
    // remaining events.
    private async Task<bool> TryMarkAsync(
        UserId user,
        Month month,
        EventRemoval removal,
        CancellationToken cancellation
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            if (await usage.FindLedgerAsync(user, month, cancellation) is not { Reservations: 0 } ledger)
            {
                return false;
            }
            if (
                ledger.Removal == removal
                || await usage.TryWriteAsync(
                    user,
                    (ledger with { Removal = removal }).Write(user.MonthPartition(month)),
                    ledger.ETag,
                    cancellation
                )
                    is not null
            )
            {
                return true;
            }
        }
    }

    // Returns how many rows were removed; null if another run was faster with some of them. Each event is removed with
    // its mark, so that neither remains without the other. The marks that only block an id follow.
    private async Task<int?> RemoveAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var removed = 0;
        await foreach (var keys in scans.ListEventAndMarkKeysAsync(user, month, cancellation))
        {
            var transaction = new EntityGroupTransaction(user.MonthPartition(month));
            foreach (var key in keys)
            {
                transaction.Delete(user.MonthPartition(month), key, ETag.All);
            }
            if (await usage.SubmitAsync(user, transaction, cancellation) != TransactionOutcome.Committed)
            {
                return null;
            }
            removed += keys.Count;
        }
        return removed;
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Information,
            "Removed {Rows} event rows of a user's {Month} that are past their retention period"
        )]
        public static partial void Removed(ILogger logger, int rows, Month month);

        [LoggerMessage(
            LogLevel.Information,
            "Could not remove all events past their retention period; continuing at the next run"
        )]
        public static partial void Unfinished(ILogger logger);

        [LoggerMessage(LogLevel.Error, "Could not remove the old events of a user's {Month}; retrying at the next run")]
        public static partial void Failed(ILogger logger, Exception fault, Month month);
    }
}
