using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Removes events past their retention period, with the marks of their ids. The totals rows and the ledger stay, but
/// can no longer be recounted. It scans the months once a month, in as many runs as that takes, and gives each month a
/// share of the time. After a crash the next run continues, and concurrent runs are safe.
/// </summary>
internal sealed partial class UsageRetention(
    RetentionSettings settings,
    RetentionTable table,
    TimerProgress progress,
    MonthScans scans,
    EventRemover remover,
    ErasureFence fence,
    TimeProvider clock,
    ILogger<UsageRetention> logger
)
{
    public const string Step = "retention";
    public static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan MonthTime = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellation)
    {
        if (settings.Months is not { } months)
        {
            return;
        }
        var through = Month.Of(clock.GetUtcNow().AddMonths(-months)).Previous;
        var state = await table.FindAsync(cancellation);
        if (!state.IsDone(through.Compact))
        {
            await ContinueAsync(state, through, cancellation);
        }
    }

    private async Task ContinueAsync(RetentionState state, Month through, CancellationToken cancellation)
    {
        // A scan up to an earlier month has left out what a scan up to this month must find.
        var start = state.Scanning == through.Compact ? await progress.FindAsync(Step, cancellation) : "";
        var (isComplete, stoppedAt) = await ScanAsync(through, start, cancellation);
        isComplete &= start.Length == 0 || !state.HasLeftovers;
        state = (stoppedAt, isComplete) switch
        {
            (null, true) => new RetentionState(through.Compact, Scanning: null, HasLeftovers: false),
            (null, false) => state with { Scanning = null, HasLeftovers = false },
            _ => state with { Scanning = through.Compact, HasLeftovers = !isComplete },
        };
        await table.WriteAsync(state, cancellation);
        await progress.SaveAsync(Step, start, stoppedAt, cancellation);
        if (!state.IsDone(through.Compact))
        {
            Log.Unfinished(logger);
        }
    }

    // Returns whether all months that it reached are done, and the first month that it did not reach.
    private async Task<(bool IsComplete, (UserId User, string From)? StoppedAt)> ScanAsync(
        Month through,
        string start,
        CancellationToken cancellation
    )
    {
        var began = clock.GetTimestamp();
        var isComplete = true;
        await foreach (var (user, month) in scans.ListMonthsWithEventsAsync(through, start, cancellation))
        {
            if (clock.GetElapsedTime(began) >= TimeLimit)
            {
                return (isComplete, (user, user.MonthPartition(month)));
            }
            isComplete &= await TryRemoveAsync(user, month, cancellation);
        }
        return (isComplete, null);
    }

    // False if something is left for a later scan.
    private async Task<bool> TryRemoveAsync(UserId user, Month month, CancellationToken cancellation)
    {
        using var share = new CancellationTokenSource(MonthTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(share.Token, cancellation);
        try
        {
            var owner = await fence.EnterAsync(user, either.Token);
            if (
                !await remover.TryMarkAsync(owner, month, EventRemoval.Begun, either.Token)
                || await remover.TryRemoveAsync(owner, month, either.Token) is not { } removed
            )
            {
                return false;
            }
            Log.Removed(logger, removed, month);
            return await remover.TryMarkAsync(owner, month, EventRemoval.Done, either.Token);
        }
        catch (AccountErasingException)
        {
            // The erasure deletes the events.
            return true;
        }
        catch (OperationCanceledException) when (share.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return false;
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
