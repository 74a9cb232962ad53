using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Processes every changed user-month: visits it in each run and recounts its events once a day. Concurrent runs are
/// safe. A run stops before the host would end the process, and the next run continues from there.
/// </summary>
internal sealed partial class MonthUpkeep(
    ChangedMonthsTable changed,
    MonthVisit visit,
    LedgerRecount recount,
    MonthAttempt attempt,
    UpkeepProgress progress,
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
        await Parallel.ForEachAsync(
            ListUntilTimeLimitAsync(cancellation),
            new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = cancellation },
            async (month, token) =>
            {
                try
                {
                    if (await attempt.TryRunAsync(task, month, beganAt, WorkOnceAsync, token))
                    {
                        Interlocked.Increment(ref processed);
                    }
                    else
                    {
                        Interlocked.Increment(ref failed);
                    }
                    unavailable = 0;
                }
                catch (Exception fault) when (StorageFaults.IsUnavailable(fault))
                {
                    if (fault is not RowBusyException && Interlocked.Increment(ref unavailable) >= MaxUnavailable)
                    {
                        throw;
                    }
                    Interlocked.Increment(ref failed);
                }
            }
        );
        await progress.SaveAsync(task, start, stoppedAt, cancellation);
        Log.Done(logger, task.Partition, processed, failed, stoppedAt is not null);

        async IAsyncEnumerable<ChangedMonth> ListUntilTimeLimitAsync([EnumeratorCancellation] CancellationToken token)
        {
            await foreach (var month in changed.ListAsync(task, start, token))
            {
                if (task != MonthTask.Visit && !ChangedMonthsTable.HaveCommitsLanded(task, month, beganAt))
                {
                    continue;
                }
                if (clock.GetElapsedTime(began) > timeLimit)
                {
                    stoppedAt = month;
                    yield break;
                }
                yield return month;
            }
        }

        // Several notes of the same month share one piece of work.
        Task<bool> WorkOnceAsync(UserId user, Month month, CancellationToken token) =>
            started
                .GetOrAdd(user.MonthPartition(month), _ => new Lazy<Task<bool>>(() => work(user, month, token)))
                .Value;
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Information,
            "{Task}: processed {Months} user-months, {Failed} failed; ran out of time: {Stopped}"
        )]
        public static partial void Done(ILogger logger, string task, int months, int failed, bool stopped);
    }
}
