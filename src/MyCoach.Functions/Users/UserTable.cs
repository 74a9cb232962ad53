using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Users;

/// <summary>
/// A table of rows that belong to users. Every write passes the erasure fence. Export and erasure can find all rows of
/// a user.
/// </summary>
/// <param name="rowsOf">Filters that together match all rows of the user and no others.</param>
/// <param name="withheld">Columns that the account export omits.</param>
internal sealed class UserTable(
    string name,
    LazyTable table,
    ErasureFence fence,
    Func<UserId, IReadOnlyList<string>> rowsOf,
    IReadOnlyList<string> withheld
)
{
    public string Name => name;

    public IReadOnlyList<string> Withheld => withheld;

    public Task<TableEntity?> FindAsync(string partition, string row, CancellationToken cancellation) =>
        table.FindAsync(partition, row, cancellation);

    public IAsyncEnumerable<TableEntity> QueryAsync(string? filter, CancellationToken cancellation) =>
        table.QueryAsync(filter, cancellation);

    /// <inheritdoc cref="LazyTable.QueryFromAsync"/>
    public IAsyncEnumerable<TableEntity> QueryFromAsync(string partition, CancellationToken cancellation) =>
        table.QueryFromAsync(partition, cancellation);

    /// <inheritdoc cref="LazyTable.QueryPageAsync"/>
    public Task<Page<TableEntity>?> QueryPageAsync(
        string filter,
        int? maxRows,
        string? continuation,
        CancellationToken cancellation
    ) => table.QueryPageAsync(filter, maxRows, continuation, cancellation);

    /// <inheritdoc cref="LazyTable.TryWriteAsync"/>
    public Task<ETag?> TryWriteAsync(UserId user, TableEntity row, ETag? read, CancellationToken cancellation) =>
        table.TryWriteAsync(row, read, cancellation, FenceFor(user));

    /// <inheritdoc cref="LazyTable.WriteAsync"/>
    public Task WriteAsync(UserId user, TableEntity row, CancellationToken cancellation) =>
        table.WriteAsync(row, cancellation, FenceFor(user));

    /// <inheritdoc cref="LazyTable.TryMergeAsync"/>
    public Task<bool> TryMergeAsync(UserId user, TableEntity columns, CancellationToken cancellation) =>
        table.TryMergeAsync(columns, cancellation, FenceFor(user));

    /// <inheritdoc cref="LazyTable.SubmitAsync"/>
    public Task<TransactionOutcome> SubmitAsync(
        UserId user,
        EntityGroupTransaction transaction,
        CancellationToken cancellation
    ) => table.SubmitAsync(transaction, cancellation, FenceFor(user));

    /// <inheritdoc cref="LazyTable.TryDeleteAsync"/>
    public Task<bool> TryDeleteAsync(string partition, string row, ETag read, CancellationToken cancellation) =>
        table.TryDeleteAsync(partition, row, read, cancellation);

    /// <summary>
    /// Deletes rows of a partition, as many as a transaction holds. False if one has changed since they were read.
    /// </summary>
    public async Task<bool> TryDeleteAsync(IReadOnlyList<TableEntity> rows, CancellationToken cancellation)
    {
        var transaction = new EntityGroupTransaction(rows[0].PartitionKey);
        foreach (var row in rows)
        {
            transaction.Delete(row.PartitionKey, row.RowKey, row.ETag);
        }
        return await table.SubmitAsync(transaction, cancellation) == TransactionOutcome.Committed;
    }

    /// <summary>All rows of a user as stored.</summary>
    public IAsyncEnumerable<TableEntity> RowsOfAsync(UserId user, CancellationToken cancellation) =>
        rowsOf(user).ToAsyncEnumerable().SelectMany(filter => table.QueryAsync(filter, cancellation));

    /// <summary>Deletes the rows of a user and returns how many it found. Repeat until the result is 0.</summary>
    /// <param name="admit">Throws if the user may have returned, so that the rows just read may be new.</param>
    public async Task<int> EraseAsync(UserId user, WriteGuard admit, CancellationToken cancellation)
    {
        var found = 0;
        foreach (var filter in rowsOf(user))
        {
            var rows = table.QueryAsync(
                filter,
                cancellation,
                [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)]
            );
            await foreach (var group in rows.GroupedAsync(cancellation))
            {
                var transaction = new EntityGroupTransaction(group[0].PartitionKey);
                foreach (var row in group)
                {
                    transaction.Delete(row.PartitionKey, row.RowKey, row.ETag);
                }
                // The ETags ensure that only rows read before the check are deleted. On a conflict, the next call finds
                // the remaining rows.
                await table.SubmitAsync(transaction, cancellation, admit);
                found += group.Count;
            }
        }
        return found;
    }

    private WriteGuard FenceFor(UserId user) => cancellation => fence.ThrowIfErasedAsync(user, cancellation);
}
