using System.Collections.Concurrent;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Processes every changed user-month: visits it in each run and recounts its events once a day. Concurrent runs are safe. A run stops before the
/// host would end the process, and the next run continues from there.
/// </summary>
internal sealed partial class MonthUpkeep(
    ChangedMonthsTable changed,
    MonthVisit visit,
    LedgerRecount recount,
    ErasureFence fence,
    UpkeepMetrics metrics,
    TimeProvider clock,
    ILogger<MonthUpkeep> logger
)
{
    private const int MaxParallel = 4;
    private const int MaxUnavailable = 10;

    // Together with the timer's other steps, less than its 25 minutes.
    private static readonly TimeSpan VisitTime = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan RecountTime = TimeSpan.FromMinutes(6);

    public async Task RunAsync(CancellationToken cancellation)
    {
        await RunAsync(MonthTask.Visit, VisitTime, visit.RunAsync, cancellation);
        await RunAsync(MonthTask.Recount, RecountTime, recount.TryRunAsync, cancellation);
    }

    private async Task RunAsync(MonthTask task, TimeSpan timeLimit, MonthWork work, CancellationToken cancellation)
    {
        var (began, beganAt) = (clock.GetTimestamp(), clock.GetUtcNow());
        var started = new ConcurrentDictionary<string, Lazy<Task<bool>>>(StringComparer.Ordinal);
        var (processed, failed, unavailable) = (0, 0, 0);
        ChangedMonth? stoppedAt = null;
        var start = await changed.FindProgressAsync(task, cancellation);
        var months = changed
            .ListAsync(task, start, cancellation)
            .Where(month => task == MonthTask.Visit || ChangedMonthsTable.HaveCommitsLanded(task, month, beganAt))
            .TakeWhile(month =>
            {
                stoppedAt = clock.GetElapsedTime(began) > timeLimit ? month : null;
                return stoppedAt is null;
            });
        await Parallel.ForEachAsync(
            months,
            new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = cancellation },
            async (month, token) =>
            {
                try
                {
                    _ = await TryProcessAsync(task, month, beganAt, WorkOnceAsync, token)
                        ? Interlocked.Increment(ref processed)
                        : Interlocked.Increment(ref failed);
                    unavailable = 0;
                }
                catch (Exception fault)
                    when (StorageFaults.IsUnavailable(fault) && (fault is RowBusyException || Interlocked.Increment(ref unavailable) < MaxUnavailable)
                    )
                {
                    Interlocked.Increment(ref failed);
                }
            }
        );
        await NoteProgressAsync(task, start, stoppedAt, cancellation);
        Log.Done(logger, task.Partition, processed, failed, stoppedAt is not null);

        // Several notes of the same month share one piece of work.
        Task<bool> WorkOnceAsync(UserId user, Month month, CancellationToken token) =>
            started.GetOrAdd(user.MonthPartition(month), _ => new Lazy<Task<bool>>(() => work(user, month, token))).Value;
    }

    // A failed month must not block the others. Its note stays, so the next run retries it. An unavailable storage ends the run.
    private async Task<bool> TryProcessAsync(
        MonthTask task,
        ChangedMonth month,
        DateTimeOffset beganAt,
        MonthWork work,
        CancellationToken cancellation
    )
    {
        try
        {
            if (!await work(await fence.EnterAsync(month.User, cancellation), month.Month, cancellation))
            {
                Log.MonthBusy(logger, task.Partition, month.Month);
                metrics.Month(task, "busy");
                return false;
            }
            if (ChangedMonthsTable.HaveCommitsLanded(task, month, beganAt))
            {
                await changed.ForgetAsync(task, month, cancellation);
            }
            metrics.Month(task, "seen");
            return true;
        }
        catch (AccountErasingException)
        {
            metrics.Month(task, "erasing");
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException && !StorageFaults.IsUnavailable(fault))
        {
            Log.MonthFailed(logger, fault, task.Partition, month.Month);
            metrics.Month(task, "failed");
            return false;
        }
    }

    private async Task NoteProgressAsync(MonthTask task, string start, ChangedMonth? stoppedAt, CancellationToken cancellation)
    {
        if (stoppedAt is null)
        {
            await (start.Length > 0 ? changed.ForgetProgressAsync(task, cancellation) : Task.CompletedTask);
            return;
        }
        try
        {
            await changed.WriteProgressAsync(task, stoppedAt with { User = await fence.EnterAsync(stoppedAt.User, cancellation) }, cancellation);
        }
        catch (AccountErasingException)
        {
            // The next run starts where this one did, which causes needless visits at most.
        }
    }

    /// <summary>False if the work must be retried at the next run.</summary>
    private delegate Task<bool> MonthWork(UserId user, Month month, CancellationToken cancellation);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Task}: processed {Months} user-months, {Failed} failed; ran out of time: {Stopped}")]
        public static partial void Done(ILogger logger, string task, int months, int failed, bool stopped);

        [LoggerMessage(LogLevel.Information, "A user's {Month} was too busy for task {Task}; retrying at the next run")]
        public static partial void MonthBusy(ILogger logger, string task, Month month);

        [LoggerMessage(LogLevel.Error, "Task {Task} failed for a user's {Month}; retrying at the next run")]
        public static partial void MonthFailed(ILogger logger, Exception fault, string task, Month month);
    }
}
