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
    DailyUpkeep daily,
    MonthAttempt attempt,
    TimerProgress progress,
    TimeProvider clock,
    ILogger<MonthUpkeep> logger
)
{
    private const int MaxParallel = 4;
    private const int MaxUnavailable = 10;

    private static readonly TimeSpan VisitTime = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan RecountTime = TimeSpan.FromMinutes(4);

    /// <summary>The part of a run of the timer that visits and recounts may take.</summary>
    public static readonly TimeSpan TimeLimit = VisitTime + RecountTime;

    public async Task RunAsync(CancellationToken cancellation)
    {
        await RunAsync(MonthTask.Visit, VisitTime, visit.RunAsync, cancellation);
        await RunAsync(MonthTask.Recount, RecountTime, daily.TryRunAsync, cancellation);
    }

    private async Task RunAsync(MonthTask task, TimeSpan timeLimit, MonthWork work, CancellationToken cancellation)
    {
        var (began, beganAt) = (clock.GetTimestamp(), clock.GetUtcNow());
        var (processed, failed, unavailable) = (0, 0, 0);
        ChangedMonth? stoppedAt = null;
        var start = await progress.FindAsync(task.Partition, cancellation);
        await Parallel.ForEachAsync(
            ListUntilTimeLimitAsync(cancellation),
            new ParallelOptions { MaxDegreeOfParallelism = MaxParallel, CancellationToken = cancellation },
            async (notes, token) =>
            {
                try
                {
                    if (await attempt.TryRunAsync(task, notes, beganAt, work, token))
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
        await progress.SaveAsync(
            task.Partition,
            start,
            stoppedAt is { } next ? (next.User, next.Key) : null,
            cancellation
        );
        Log.Done(logger, task.Partition, processed, failed, stoppedAt is not null);

        // A month can have several notes, one after another. They share one piece of work.
        async IAsyncEnumerable<IReadOnlyList<ChangedMonth>> ListUntilTimeLimitAsync(
            [EnumeratorCancellation] CancellationToken token
        )
        {
            var notes = changed
                .ListAsync(task, start, token)
                .Where(note => task == MonthTask.Visit || ChangedMonthsTable.HaveCommitsLanded(task, note, beganAt));
            await foreach (var month in notes.GroupedAsync(note => note.Key, token))
            {
                if (clock.GetElapsedTime(began) > timeLimit)
                {
                    stoppedAt = month[0];
                    yield break;
                }
                yield return month;
            }
        }
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
