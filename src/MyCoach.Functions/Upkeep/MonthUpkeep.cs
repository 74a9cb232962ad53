using System.Collections.Concurrent;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Sees to every user-month that changed: visits it each time, and counts its events again once a day. Safe to run twice at once. It stops in good time
/// before the host would end the process, and the next run goes on from there.
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
    private const int AtOnce = 4;
    private const int MostUnavailable = 10;

    // Together with what else the timer does, less than its 25 minutes.
    private static readonly TimeSpan VisitTime = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan RecountTime = TimeSpan.FromMinutes(6);

    public async Task RunAsync(CancellationToken cancellation)
    {
        await RunAsync(MonthTask.Visit, VisitTime, visit.RunAsync, cancellation);
        await RunAsync(MonthTask.Recount, RecountTime, recount.TryRunAsync, cancellation);
    }

    private async Task RunAsync(MonthTask task, TimeSpan time, MonthWork work, CancellationToken cancellation)
    {
        var (began, beganAt) = (clock.GetTimestamp(), clock.GetUtcNow());
        var works = new ConcurrentDictionary<string, Lazy<Task<bool>>>(StringComparer.Ordinal);
        var (seen, failed, unavailable) = (0, 0, 0);
        ChangedMonth? stoppedAt = null;
        var start = await changed.FindProgressAsync(task, cancellation);
        var months = changed
            .ListAsync(task, start, cancellation)
            .Where(month => task == MonthTask.Visit || ChangedMonthsTable.IsSettled(task, month, beganAt))
            .TakeWhile(month =>
            {
                stoppedAt = clock.GetElapsedTime(began) > time ? month : null;
                return stoppedAt is null;
            });
        await Parallel.ForEachAsync(
            months,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (month, token) =>
            {
                try
                {
                    _ = await TrySeeToAsync(task, month, beganAt, WorkOnceAsync, token)
                        ? Interlocked.Increment(ref seen)
                        : Interlocked.Increment(ref failed);
                    unavailable = 0;
                }
                catch (Exception fault)
                    when (StorageFaults.IsUnavailable(fault)
                        && (fault is RowBusyException || Interlocked.Increment(ref unavailable) < MostUnavailable)
                    )
                {
                    Interlocked.Increment(ref failed);
                }
            }
        );
        await NoteProgressAsync(task, start, stoppedAt, cancellation);
        Log.Done(logger, task.Partition, seen, failed, stoppedAt is not null);

        // Several notes of a month are seen to at once.
        Task<bool> WorkOnceAsync(UserId user, Month month, CancellationToken token) =>
            works.GetOrAdd(user.MonthPartition(month), _ => new Lazy<Task<bool>>(() => work(user, month, token))).Value;
    }

    // One month that cannot be seen to must not keep the others from it; its note stays. A storage that is away ends the run.
    private async Task<bool> TrySeeToAsync(MonthTask task, ChangedMonth month, DateTimeOffset beganAt, MonthWork work, CancellationToken cancellation)
    {
        try
        {
            if (!await work(await fence.EnterAsync(month.User, cancellation), month.Month, cancellation))
            {
                Log.MonthBusy(logger, task.Partition, month.Month);
                metrics.Month(task, "busy");
                return false;
            }
            if (ChangedMonthsTable.IsSettled(task, month, beganAt))
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
            // The next run begins where this one did: a needless visit at most.
        }
    }

    /// <summary>False where it could not be done now.</summary>
    private delegate Task<bool> MonthWork(UserId user, Month month, CancellationToken cancellation);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Saw to {Months} user-months of task {Task} ({Failed} failed); stopped for want of time: {Stopped}")]
        public static partial void Done(ILogger logger, string task, int months, int failed, bool stopped);

        [LoggerMessage(LogLevel.Information, "A user's {Month} was too busy for task {Task}; it is tried again at the next run")]
        public static partial void MonthBusy(ILogger logger, string task, Month month);

        [LoggerMessage(LogLevel.Error, "Task {Task} failed for a user's {Month}; it is tried again at the next run")]
        public static partial void MonthFailed(ILogger logger, Exception fault, string task, Month month);
    }
}
