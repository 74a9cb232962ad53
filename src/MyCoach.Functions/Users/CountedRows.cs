using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Users;

/// <summary>
/// Rows of a user that have a maximum number. A row is added or deleted in one transaction with their count, so that
/// concurrent instances cannot exceed it.
/// </summary>
internal sealed class CountedRows(UserTable table, PartitionLocks locks, int max)
{
    // Never equals an id, because ids cannot contain '='.
    private const string CountKey = "=count";

    public static bool IsCount(TableEntity row) => row.RowKey == CountKey;

    /// <summary>The rows of a partition without their count.</summary>
    public IAsyncEnumerable<TableEntity> ListAsync(string partition, CancellationToken cancellation) =>
        table.QueryAsync(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ne {CountKey}"),
            cancellation
        );

    /// <summary>
    /// Inserts the row. Returns <see cref="TransactionOutcome.Exists"/> or <see cref="TransactionOutcome.Conflict"/>
    /// if another writer was faster, and null if the user already has the maximum number.
    /// </summary>
    public Task<TransactionOutcome?> TryAddAsync(UserId user, TableEntity row, CancellationToken cancellation) =>
        SubmitAsync(user, row.PartitionKey, +1, transaction => transaction.Insert(row), cancellation);

    /// <summary>
    /// Deletes the row. Returns <see cref="TransactionOutcome.Conflict"/> if it has changed since it was read.
    /// </summary>
    public Task<TransactionOutcome?> TryDeleteAsync(
        UserId user,
        (string Partition, string Row) key,
        Azure.ETag read,
        CancellationToken cancellation
    ) =>
        SubmitAsync(
            user,
            key.Partition,
            -1,
            transaction => transaction.Delete(key.Partition, key.Row, read),
            cancellation
        );

    private async Task<TransactionOutcome?> SubmitAsync(
        UserId user,
        string partition,
        int difference,
        Action<EntityGroupTransaction> addChange,
        CancellationToken cancellation
    )
    {
        using var entered = await locks.EnterAsync(partition, cancellation);
        var countRow = await table.FindAsync(partition, CountKey, cancellation);
        var count = (countRow?.GetInt32("Count") ?? 0) + difference;
        if (count > max)
        {
            return null;
        }
        var transaction = new EntityGroupTransaction(partition);
        addChange(transaction);
        transaction.Write(new TableEntity(partition, CountKey) { ["Count"] = count }, countRow?.ETag);
        return await table.SubmitAsync(user, transaction, cancellation);
    }
}
