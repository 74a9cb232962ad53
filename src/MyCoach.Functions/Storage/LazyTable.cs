using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace MyCoach.Storage;

/// <summary>
/// A table that is created when it is first used, once a process, and again where it was deleted meanwhile. Keys, ETags and lost races stay the caller's
/// business. Changes go through a client that never retries: a repeated one would collide with its own first attempt.
/// </summary>
internal sealed class LazyTable(TableClient table, TableClient changes)
{
    /// <summary>Marks a row with the write that left it so, by which a write whose answer was lost is recognised.</summary>
    private const string WriteId = "WriteId";
    private const int MostAttempts = 4;

    private readonly TableCreation creation = new(table);

    public async Task<TableEntity?> FindAsync(string partition, string row, CancellationToken cancellation)
    {
        await creation.DoneAsync(cancellation);
        var found = await table.GetEntityIfExistsAsync<TableEntity>(partition, row, cancellationToken: cancellation);
        if (found.HasValue)
        {
            return found.Value;
        }
        creation.RequireTable(found.GetRawResponse());
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
                ?? throw new StorageUnavailableException("The service does not know its own continuation.");
            foreach (var row in page.Values)
            {
                yield return row;
            }
            continuation = page.ContinuationToken;
        } while (continuation is not null);
    }

    /// <summary>One page of the service's own; it can be empty and still have a continuation. Null where the service does not know the continuation.</summary>
    public async Task<Page<TableEntity>?> QueryPageAsync(
        string? filter,
        int? most,
        string? continuation,
        CancellationToken cancellation,
        IReadOnlyList<string>? columns = null
    )
    {
        await creation.DoneAsync(cancellation);
        var pages = table.QueryAsync<TableEntity>(filter, most, columns, cancellation).AsPages(continuation);
        try
        {
            return await pages.FirstOrDefaultAsync(cancellation);
        }
        catch (RequestFailedException unknown) when (unknown.Status == 400 && continuation is not null)
        {
            return null;
        }
        catch (RequestFailedException failure) when (creation.ForgetIfGone(failure))
        {
            throw;
        }
    }

    /// <summary>Replaces the row that was read with <paramref name="read"/>, or inserts it where none was read. Null where somebody else was faster.</summary>
    /// <param name="admit">Throws where the row may not be written; asked just before each attempt.</param>
    public Task<ETag?> TryWriteAsync(TableEntity row, ETag? read, CancellationToken cancellation, Admission? admit = null)
    {
        var writeId = Guid.NewGuid().ToString("N");
        row[WriteId] = writeId;
        return ChangeAsync(WriteAsync, cancellation, admit);

        async Task<ETag?> WriteAsync(int attempt)
        {
            try
            {
                var answer = read is { } etag
                    ? await changes.UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancellation)
                    : await changes.AddEntityAsync(row, cancellation);
                return answer.Headers.ETag;
            }
            catch (RequestFailedException lost) when (lost.Status is 404 or 409 or 412 && !StorageFaults.IsTableGone(lost))
            {
                // It may be our own earlier attempt.
                return await OwnAsync(row, writeId, cancellation);
            }
        }
    }

    /// <summary>Writes the row whatever was there.</summary>
    public Task WriteAsync(TableEntity row, CancellationToken cancellation, Admission? admit = null) =>
        ChangeAsync(_ => changes.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellation), cancellation, admit);

    /// <summary>Sets columns of a row whatever the others hold. False where there is no such row.</summary>
    public Task<bool> TryMergeAsync(TableEntity columns, CancellationToken cancellation, Admission? admit = null)
    {
        return ChangeAsync(MergeAsync, cancellation, admit);

        async Task<bool> MergeAsync(int attempt)
        {
            try
            {
                await changes.UpdateEntityAsync(columns, ETag.All, TableUpdateMode.Merge, cancellation);
                return true;
            }
            catch (RequestFailedException missing) when (missing.Status == 404 && !StorageFaults.IsTableGone(missing))
            {
                return false;
            }
        }
    }

    /// <summary>False where the row is no longer what was read.</summary>
    public Task<bool> TryDeleteAsync(string partition, string row, ETag read, CancellationToken cancellation)
    {
        return ChangeAsync(DeleteAsync, cancellation);

        async Task<bool> DeleteAsync(int attempt)
        {
            try
            {
                var answer = await changes.DeleteEntityAsync(partition, row, read, cancellation);
                // Gone at the second attempt: the first one's answer was lost.
                return answer.Status != 404 || attempt > 1;
            }
            catch (RequestFailedException lost) when (lost.Status is 404 or 412 && !StorageFaults.IsTableGone(lost))
            {
                return false;
            }
        }
    }

    /// <summary>Sends the transaction once; what to do about a lost answer is the caller's to know. Committed, its rows carry their new ETags.</summary>
    public async Task<TransactionOutcome> SubmitAsync(EntityGroupTransaction transaction, CancellationToken cancellation, Admission? admit = null)
    {
        await creation.DoneAsync(cancellation);
        await (admit?.Invoke(cancellation) ?? Task.CompletedTask);
        try
        {
            var answers = await changes.SubmitTransactionAsync(transaction.Actions, cancellation);
            foreach (var (action, answer) in transaction.Actions.Zip(answers.Value))
            {
                action.Entity.ETag = answer.Headers.ETag ?? default;
            }
            return TransactionOutcome.Committed;
        }
        catch (RequestFailedException failure) when (creation.ForgetIfGone(failure))
        {
            throw;
        }
        catch (RequestFailedException refused) when (refused.Status is 404 or 409 or 412)
        {
            return refused.Status == 409 ? TransactionOutcome.Exists : TransactionOutcome.Conflict;
        }
        catch (Exception unsure) when (IsUnsure(unsure, cancellation))
        {
            return TransactionOutcome.Unknown;
        }
    }

    /// <summary>Makes a change that can be made twice, again where its answer was lost.</summary>
    private async Task<T> ChangeAsync<T>(Func<int, Task<T>> change, CancellationToken cancellation, Admission? admit = null)
    {
        await creation.DoneAsync(cancellation);
        for (var attempt = 1; ; attempt++)
        {
            await (admit?.Invoke(cancellation) ?? Task.CompletedTask);
            try
            {
                return await change(attempt);
            }
            catch (RequestFailedException failure) when (creation.ForgetIfGone(failure))
            {
                throw;
            }
            catch (Exception unsure) when (IsUnsure(unsure, cancellation) && (attempt < MostAttempts || unsure is OperationCanceledException))
            {
                await (attempt < MostAttempts ? Task.Delay(TimeSpan.FromMilliseconds(50 << attempt), cancellation) : throw StorageFaults.Late);
            }
        }
    }

    private static bool IsUnsure(Exception fault, CancellationToken cancellation) =>
        StorageFaults.IsTransient(fault) || (fault is OperationCanceledException && !cancellation.IsCancellationRequested);

    private async Task<ETag?> OwnAsync(TableEntity row, string writeId, CancellationToken cancellation) =>
        await FindAsync(row.PartitionKey, row.RowKey, cancellation) is { } found && found.GetString(WriteId) == writeId ? found.ETag : null;
}
