using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Conversations;

/// <summary>Removes the ids of a user's deleted conversations from events, and deletes their totals.</summary>
internal sealed class ConversationClearing(MonthTable usage, MonthScans scans, TimeProvider clock)
{
    // So that one user with many rows does not take the time of others.
    private static readonly TimeSpan UserTime = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Continues a pass over the user's rows. Returns how many rows it changed or deleted, and where the next run
    /// continues; null if the pass is complete.
    /// </summary>
    public async Task<(int Rows, string? Continuation)> RunAsync(
        UserId user,
        DeletedConversations deletions,
        string? continuation,
        CancellationToken cancellation
    )
    {
        var (began, rows) = (clock.GetTimestamp(), 0);
        do
        {
            // A rejected continuation starts the pass again.
            var page =
                await scans.ListConversationRowsAsync(user, continuation, cancellation)
                ?? await scans.ListConversationRowsAsync(user, continuation: null, cancellation)
                ?? throw new StorageUnavailableException("The table service rejected a query without continuation.");
            var deleted = page.Values.Where(row => deletions.Covers(row)).ToAsyncEnumerable();
            await foreach (var group in deleted.GroupedAsync(cancellation))
            {
                await ClearAsync(user, group, cancellation);
                rows += group.Count;
            }
            continuation = page.ContinuationToken;
        } while (continuation is not null && clock.GetElapsedTime(began) < UserTime);
        return (rows, continuation);
    }

    private async Task ClearAsync(UserId user, IReadOnlyList<TableEntity> group, CancellationToken cancellation)
    {
        if (await SubmitAsync(user, group, cancellation))
        {
            return;
        }
        // One of the rows has changed since it was read, so clear each alone.
        foreach (var row in group)
        {
            if (!await SubmitAsync(user, [row], cancellation) && MonthRows.IsEvent(row.RowKey))
            {
                throw new StorageUnavailableException(
                    "The id of a deleted conversation could not be removed from its events."
                );
            }
        }
    }

    private async Task<bool> SubmitAsync(UserId user, IReadOnlyList<TableEntity> rows, CancellationToken cancellation)
    {
        var transaction = new EntityGroupTransaction(rows[0].PartitionKey);
        foreach (var row in rows)
        {
            if (MonthRows.IsEvent(row.RowKey))
            {
                transaction.Write(EventRow.Detach(row), row.ETag);
            }
            else
            {
                transaction.Delete(row.PartitionKey, row.RowKey, row.ETag);
            }
        }
        return await usage.SubmitAsync(user, transaction, cancellation) == TransactionOutcome.Committed;
    }
}
