using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>
/// Runs the work of a task in one user-month. A failed month must not block the others. Its note stays, so the next run
/// retries it.
/// </summary>
internal sealed partial class MonthAttempt(
    ChangedMonthsTable changed,
    ErasureFence fence,
    UpkeepMetrics metrics,
    ILogger<MonthAttempt> logger
)
{
    /// <summary>
    /// False if the work must be retried at the next run. Only an unavailable storage and a cancellation throw.
    /// </summary>
    public async Task<bool> TryRunAsync(
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "A user's {Month} was too busy for task {Task}; retrying at the next run")]
        public static partial void MonthBusy(ILogger logger, string task, Month month);

        [LoggerMessage(LogLevel.Error, "Task {Task} failed for a user's {Month}; retrying at the next run")]
        public static partial void MonthFailed(ILogger logger, Exception fault, string task, Month month);
    }
}
