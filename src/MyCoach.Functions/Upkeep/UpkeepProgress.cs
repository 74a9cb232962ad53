using MyCoach.Ledger;
using MyCoach.Users;

namespace MyCoach.Upkeep;

/// <summary>Saves where a run of a task ran out of time, so that the next run continues from there.</summary>
internal sealed class UpkeepProgress(ChangedMonthsTable changed, ErasureFence fence)
{
    /// <param name="start">Where this run started; empty if it started at the beginning.</param>
    /// <param name="stoppedAt">The first month that this run left out; null if it processed all.</param>
    public async Task SaveAsync(MonthTask task, string start, ChangedMonth? stoppedAt, CancellationToken cancellation)
    {
        if (stoppedAt is not null)
        {
            await TryWriteAsync(task, stoppedAt, cancellation);
        }
        else if (start.Length > 0)
        {
            await changed.ForgetProgressAsync(task, cancellation);
        }
    }

    private async Task TryWriteAsync(MonthTask task, ChangedMonth next, CancellationToken cancellation)
    {
        try
        {
            var user = await fence.EnterAsync(next.User, cancellation);
            await changed.WriteProgressAsync(task, next with { User = user }, cancellation);
        }
        catch (AccountErasingException)
        {
            // The next run starts where this one did, which causes needless visits at most.
        }
    }
}
