using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Users;

/// <summary>
/// A table of rows that belong to users. Every write passes the erasure fence, and all rows of a user can be found again, to export or erase them.
/// </summary>
/// <param name="rowsOf">Filters that together match every row of a user and none of another's.</param>
/// <param name="withheld">Columns that no export shows.</param>
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

    public IAsyncEnumerable<TableEntity> QueryAsync(string? filter, CancellationToken cancellation) => table.QueryAsync(filter, cancellation);

    /// <inheritdoc cref="LazyTable.QueryPageAsync"/>
    public Task<Page<TableEntity>?> QueryPageAsync(string filter, int? most, string? continuation, CancellationToken cancellation) =>
        table.QueryPageAsync(filter, most, continuation, cancellation);

    /// <inheritdoc cref="LazyTable.TryWriteAsync"/>
    public Task<ETag?> TryWriteAsync(UserId user, TableEntity row, ETag? read, CancellationToken cancellation) =>
        table.TryWriteAsync(row, read, cancellation, FenceOf(user));

    /// <inheritdoc cref="LazyTable.WriteAsync"/>
    public Task WriteAsync(UserId user, TableEntity row, CancellationToken cancellation) => table.WriteAsync(row, cancellation, FenceOf(user));

    /// <inheritdoc cref="LazyTable.TryMergeAsync"/>
    public Task<bool> TryMergeAsync(UserId user, TableEntity columns, CancellationToken cancellation) =>
        table.TryMergeAsync(columns, cancellation, FenceOf(user));

    /// <inheritdoc cref="LazyTable.SubmitAsync"/>
    public Task<TransactionOutcome> SubmitAsync(UserId user, EntityGroupTransaction transaction, CancellationToken cancellation) =>
        table.SubmitAsync(transaction, cancellation, FenceOf(user));

    /// <inheritdoc cref="LazyTable.TryDeleteAsync"/>
    public Task<bool> TryDeleteAsync(string partition, string row, ETag read, CancellationToken cancellation) =>
        table.TryDeleteAsync(partition, row, read, cancellation);

    /// <summary>Every row of a user, as it stands.</summary>
    public IAsyncEnumerable<TableEntity> RowsOfAsync(UserId user, CancellationToken cancellation) =>
        rowsOf(user).ToAsyncEnumerable().SelectMany(filter => table.QueryAsync(filter, cancellation));

    /// <summary>Deletes every row of a user that it finds, and says how many it found: none means that nothing was left.</summary>
    /// <param name="admit">Throws where the rows that were just read may be those of a user who came back.</param>
    public async Task<int> EraseAsync(UserId user, Admission admit, CancellationToken cancellation)
    {
        var found = 0;
        foreach (var filter in rowsOf(user))
        {
            var rows = table.QueryAsync(filter, cancellation, [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey)]);
            await foreach (var group in rows.GroupedAsync(cancellation))
            {
                var transaction = new EntityGroupTransaction(group[0].PartitionKey);
                foreach (var row in group)
                {
                    transaction.Delete(row.PartitionKey, row.RowKey, row.ETag);
                }
                // As they were read: then they are older than the admission. Where somebody was faster with one of them, the next look finds what is left.
                await table.SubmitAsync(transaction, cancellation, admit);
                found += group.Count;
            }
        }
        return found;
    }

    private Admission FenceOf(UserId user) => cancellation => fence.RequireAsync(user, cancellation);
}
