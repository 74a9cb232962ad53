using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace MyCoach.Storage;

/// <summary>
/// A table that is created when it is first used, once a process; a failed creation is tried again by the next use. Keys, ETags and lost races stay the
/// caller's business.
/// </summary>
internal sealed class LazyTable(TableClient table, TableClient transactions)
{
    private readonly Lock gate = new();
    private Task? created;

    public async Task<TableEntity?> FindAsync(string partition, string row, CancellationToken cancellation)
    {
        await CreatedAsync(cancellation);
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
        return found.HasValue ? found.Value : null;
    }

    public async IAsyncEnumerable<TableEntity> QueryAsync(string filter, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await CreatedAsync(cancellation);
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellation))
        {
            yield return row;
        }
    }

    /// <summary>
    /// One page of the service's own, of at most <paramref name="most"/> rows; it can be empty and still have a continuation. Null where the service does
    /// not know the continuation.
    /// </summary>
    public async Task<Page<TableEntity>?> QueryPageAsync(string filter, int most, string? continuation, CancellationToken cancellation)
    {
        await CreatedAsync(cancellation);
        var pages = table.QueryAsync<TableEntity>(filter, most, cancellationToken: cancellation).AsPages(continuation);
        try
        {
            return await pages.FirstOrDefaultAsync(cancellation);
        }
        catch (RequestFailedException unknown) when (unknown.Status == 400 && continuation is not null)
        {
            return null;
        }
    }

    /// <summary>Replaces the row that was read with <paramref name="read"/>, or inserts it where none was read. Null where somebody else was faster.</summary>
    public async Task<ETag?> TryWriteAsync(TableEntity row, ETag? read, CancellationToken cancellation)
    {
        await CreatedAsync(cancellation);
        try
        {
            var answer = read is { } etag
                ? await table.UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancellation)
                : await table.AddEntityAsync(row, cancellation);
            return answer.Headers.ETag;
        }
        catch (RequestFailedException lost) when (lost.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    /// <summary>Writes the row whatever was there.</summary>
    public async Task WriteAsync(TableEntity row, CancellationToken cancellation)
    {
        await CreatedAsync(cancellation);
        await table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellation);
    }

    /// <summary>False where the row is no longer what was read.</summary>
    public async Task<bool> TryDeleteAsync(string partition, string row, ETag read, CancellationToken cancellation)
    {
        await CreatedAsync(cancellation);
        try
        {
            return (await table.DeleteEntityAsync(partition, row, read, cancellation)).Status != 404;
        }
        catch (RequestFailedException lost) when (lost.Status is 404 or 412)
        {
            return false;
        }
    }

    /// <summary>Sends through a client that never retries: a retried transaction would collide with its own first attempt.</summary>
    public async Task<TransactionOutcome> SubmitAsync(EntityGroupTransaction transaction, CancellationToken cancellation)
    {
        await CreatedAsync(cancellation);
        try
        {
            await transactions.SubmitTransactionAsync(transaction.Actions, cancellation);
            return TransactionOutcome.Committed;
        }
        catch (RequestFailedException refused) when (refused.Status is 404 or 409 or 412)
        {
            return TransactionOutcome.Conflict;
        }
        catch (RequestFailedException failure) when (StorageFaults.IsTransient(failure))
        {
            return TransactionOutcome.Unknown;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return TransactionOutcome.Unknown;
        }
    }

    private Task CreatedAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            created = created is null or { IsFaulted: true } or { IsCanceled: true } ? CreateAsync() : created;
            return created.IsCompletedSuccessfully ? created : created.WaitAsync(cancellation);
        }
    }

    // CreateIfNotExists serialises by reflection, which Native AOT lacks. A caller's cancellation must not undo what other callers wait for.
    private async Task CreateAsync()
    {
        try
        {
            await table.CreateAsync(CancellationToken.None);
        }
        catch (RequestFailedException exists) when (exists.Status == 409)
        {
            return;
        }
    }
}
