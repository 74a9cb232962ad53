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
    MonthTable table,
    ErasureFence fence,
    UpkeepMetrics metrics,
    ILogger<MonthAttempt> logger
)
{
    /// <summary>
    /// False if the work must be retried at the next run. Only an unavailable storage and a cancellation throw.
    /// </summary>
    /// <param name="notes">All notes of one month.</param>
    public async Task<bool> TryRunAsync(
        MonthTask task,
        IReadOnlyList<ChangedMonth> notes,
        DateTimeOffset beganAt,
        MonthWork work,
        CancellationToken cancellation
    )
    {
        var month = notes[0];
        try
        {
            var user = await fence.EnterAsync(month.User, cancellation);
            if (!await work(user, month.Month, cancellation))
            {
                Log.MonthBusy(logger, task.Partition, month.Month);
                metrics.Month(task, "busy");
                return false;
            }
            var isForgotten = false;
            foreach (var note in notes.Where(note => ChangedMonthsTable.HaveCommitsLanded(task, note, beganAt)))
            {
                isForgotten |= await changed.TryForgetAsync(task, note with { User = user }, cancellation);
            }
            if (isForgotten)
            {
                await NoteAgainIfUnfinishedAsync(user, month.Month, cancellation);
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

    // An instance whose clock is behind may have relied on the note until it was removed.
    private async Task NoteAgainIfUnfinishedAsync(UserId user, Month month, CancellationToken cancellation)
    {
        if (
            await table.FindLedgerAsync(user, month, cancellation) is { } ledger
            && (ledger.Reservations > 0 || new BudgetStatus(ledger).Unrecorded.Any())
        )
        {
            await changed.NoteAsync(user, month, cancellation);
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
