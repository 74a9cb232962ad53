using Azure;
using Azure.Data.Tables;

namespace MyCoach.Users;

/// <summary>
/// Where a step of the timer ran out of time, so that the next run continues there. One row per step. It names the next
/// user, so the erasure of that user deletes it, and the next run then starts at the beginning.
/// </summary>
internal sealed class TimerProgress(UserTables tables, ErasureFence fence)
{
    private readonly UserTable table = tables.ChangedMonths;

    /// <summary>The month partition to start from; empty to start at the beginning.</summary>
    public async Task<string> FindAsync(string step, CancellationToken cancellation) =>
        (await table.FindAsync(ChangedMonthRows.Progress, step, cancellation))?.GetString(ChangedMonthRows.From) ?? "";

    /// <param name="start">Where this run started; empty if it started at the beginning.</param>
    /// <param name="next">The first user that this run left out, with the month partition to start from; null if it left
    /// out none.</param>
    public async Task SaveAsync(
        string step,
        string start,
        (UserId User, string From)? next,
        CancellationToken cancellation
    )
    {
        if (next is var (user, from))
        {
            await TryWriteAsync(step, user, from, cancellation);
        }
        else if (start.Length > 0)
        {
            await table.TryDeleteAsync(ChangedMonthRows.Progress, step, ETag.All, cancellation);
        }
    }

    private async Task TryWriteAsync(string step, UserId next, string from, CancellationToken cancellation)
    {
        try
        {
            var user = await fence.EnterAsync(next, cancellation);
            var row = new TableEntity(ChangedMonthRows.Progress, step) { [ChangedMonthRows.From] = from };
            await table.WriteAsync(user, row, cancellation);
        }
        catch (AccountErasingException)
        {
            // The next run starts where this one did, which repeats work at most.
        }
    }
}
