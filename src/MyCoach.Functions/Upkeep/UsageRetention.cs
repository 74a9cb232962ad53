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
    MonthScans scans,
    EventRemover remover,
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
                !await remover.TryMarkAsync(owner, month, EventRemoval.Begun, cancellation)
                || await remover.TryRemoveAsync(owner, month, cancellation) is not { } removed
            )
            {
                return false;
            }
            Log.Removed(logger, removed, month);
            return await remover.TryMarkAsync(owner, month, EventRemoval.Done, cancellation);
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
