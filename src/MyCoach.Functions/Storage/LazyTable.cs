using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace MyCoach.Storage;

/// <summary>
/// A table that each process creates when it first uses it, and again if it was deleted since. The caller handles keys,
/// ETags and conflicts. Changes go through a client that never retries, because a repeated change would conflict with
/// its own first attempt.
/// </summary>
internal sealed partial class LazyTable
{
    private readonly TableClient table;
    private readonly TableClient changes;
    private readonly TableCreation creation;
    private readonly ChangeRetry retry;

    public LazyTable(TableClient table, TableClient changes)
    {
        (this.table, this.changes) = (table, changes);
        creation = new TableCreation(table);
        retry = new ChangeRetry(creation);
    }

    public async Task<TableEntity?> FindAsync(string partition, string row, CancellationToken cancellation)
    {
        await creation.EnsureCreatedAsync(cancellation);
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
        if (found.HasValue)
        {
            return found.Value;
        }
        creation.ThrowIfTableGone(found.GetRawResponse());
        return null;
    }

    public async IAsyncEnumerable<TableEntity> QueryAsync(
        string? filter,
        [EnumeratorCancellation] CancellationToken cancellation,
        IReadOnlyList<string>? columns = null
    )
    {
        string? continuation = null;
        do
        {
            var page =
                await QueryPageAsync(filter, null, continuation, cancellation, columns)
                ?? throw new StorageUnavailableException("The table service rejected its own continuation token.");
            foreach (var row in page.Values)
            {
                yield return row;
            }
            continuation = page.ContinuationToken;
        } while (continuation is not null);
    }

    /// <summary>All rows, from those of a partition to the last, and then from the first to that partition.</summary>
    public IAsyncEnumerable<TableEntity> QueryFromAsync(string partition, CancellationToken cancellation) =>
        partition.Length == 0
            ? QueryAsync(filter: null, cancellation)
            : QueryAsync(TableClient.CreateQueryFilter($"PartitionKey ge {partition}"), cancellation)
                .Concat(QueryAsync(TableClient.CreateQueryFilter($"PartitionKey lt {partition}"), cancellation));

    /// <summary>
    /// One page as the service returns it; an empty page can still have a continuation. Null if the service rejects the
    /// continuation.
    /// </summary>
    public async Task<Page<TableEntity>?> QueryPageAsync(
        string? filter,
        int? maxRows,
        string? continuation,
        CancellationToken cancellation,
        IReadOnlyList<string>? columns = null
    )
    {
        await creation.EnsureCreatedAsync(cancellation);
        var pages = table.QueryAsync<TableEntity>(filter, maxRows, columns, cancellation).AsPages(continuation);
        try
        {
            return await pages.FirstOrDefaultAsync(cancellation);
        }
        catch (RequestFailedException rejected) when (rejected.Status == 400 && continuation is not null)
        {
            return null;
        }
        catch (RequestFailedException failure) when (StorageFaults.IsTableGone(failure))
        {
            creation.Invalidate();
            throw;
        }
    }
}
