using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Conversations;

/// <summary>Removes the ids of a user's deleted conversations from events, and deletes their totals.</summary>
internal sealed class ConversationClearing(MonthTable usage, MonthScans scans)
{
    /// <summary>One pass over the user's rows. Returns how many rows it changed or deleted.</summary>
    public async Task<int> RunAsync(UserId user, DeletedConversations deletions, CancellationToken cancellation)
    {
        var rows = 0;
        var detached = scans
            .ListConversationEventsAsync(user, cancellation)
            .Where(row => IsDeleted(EventRow.Read(row)));
        await foreach (var group in detached.GroupedAsync(cancellation))
        {
            await DetachAsync(user, group, cancellation);
            rows += group.Count;
        }
        await foreach (var row in scans.ListConversationTotalsAsync(user, cancellation))
        {
            var totals = TotalsRow.Read(row);
            if (deletions.Covers(MonthRows.ConversationOf(totals.Key), totals.Generation))
            {
                rows += await usage.TryDeleteAsync(row, cancellation) ? 1 : 0;
            }
        }
        return rows;

        bool IsDeleted(UsageEvent usageEvent) =>
            deletions.Covers(usageEvent.ConversationId, usageEvent.ConversationGeneration);
    }

    private async Task DetachAsync(UserId user, IReadOnlyList<TableEntity> events, CancellationToken cancellation)
    {
        var transaction = new EntityGroupTransaction(events[0].PartitionKey);
        foreach (var row in events)
        {
            transaction.Write(EventRow.Detach(row), row.ETag);
        }
        if (await usage.SubmitAsync(user, transaction, cancellation) != TransactionOutcome.Committed)
        {
            throw new StorageUnavailableException(
                "The id of a deleted conversation could not be removed from its events."
            );
        }
    }
}
