using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Retries the transaction of a group of changes until each change is over, and finds out what is stored if a response
/// was lost.
/// </summary>
internal sealed class GroupCommit(MonthTable table, MonthCommit commit, TimeProvider clock)
{
    /// <summary>Returns when each change is committed, resolved or failed.</summary>
    public async Task RunAsync(Month month, List<MonthChange> group)
    {
        try
        {
            var (commitId, open, losses) = (Guid.NewGuid().ToString("N"), group.ToList(), 0);
            for (
                var race = new ConflictRetry(clock);
                !await TryCommitAsync(month, open, commitId, losses++);
                await race.BackOffAsync(CancellationToken.None)
            ) { }
        }
        catch (Exception fault)
            when (group.Count > 1 && !StorageFaults.IsUnavailable(fault) && fault is not AccountErasingException)
        {
            // A bad change must not fail the rest: commit them one by one.
            foreach (var change in group.Where(change => !change.IsCompleted))
            {
                await RunAsync(month, [change]);
            }
        }
        catch (Exception fault)
        {
            group.ForEach(change => change.Fail(fault));
        }
    }

    /// <summary>
    /// Sends the transaction once and removes the changes that are completed from the list. True if none are left.
    /// </summary>
    private async Task<bool> TryCommitAsync(Month month, List<MonthChange> open, string commitId, int losses)
    {
        var outcome = await commit.SubmitAsync(open[0].User, month, open, commitId);
        if (outcome == TransactionOutcome.Committed)
        {
            await Task.WhenAll(open.Select(change => change.CommitAsync(table, isFirst: losses == 0)));
            return true;
        }
        // Usually another instance has changed the ledger, and a retry is enough. If a row already exists or is
        // missing, or a response was lost, each change must find out what is stored.
        var mustResolve = outcome == TransactionOutcome.Exists || (losses > 0 && open.Any(change => change.NeedsRow));
        if (mustResolve || await IsCommittedAsync(month, open, commitId))
        {
            await Task.WhenAll(open.Select(change => ResolveAsync(change, commitId)));
            open.RemoveAll(change => change.IsCompleted);
        }
        return open.Count == 0;
    }

    // A change that cannot be resolved now must not fail the others.
    private async Task ResolveAsync(MonthChange change, string commitId)
    {
        try
        {
            await change.ResolveAsync(table, commitId);
        }
        catch (RowBusyException fault)
        {
            change.Fail(fault);
        }
    }

    // One row with the commit id shows that the whole transaction has committed.
    private async Task<bool> IsCommittedAsync(Month month, List<MonthChange> open, string commitId) =>
        open.FirstOrDefault(change => change.CommitRow is not null) is { } marked
        && await table.FindCommitAsync(marked.User, month, marked.CommitRow!, CancellationToken.None) == commitId;
}
