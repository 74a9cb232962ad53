using Azure;
using Azure.Data.Tables;

namespace MyCoach.Storage;

internal sealed partial class LazyTable
{
    /// <summary>
    /// The column with the id of the write that stored the row. It shows whether a write with a lost answer succeeded.
    /// </summary>
    private const string WriteId = "WriteId";

    /// <summary>
    /// Replaces the row if it still has the ETag <paramref name="read"/>, or inserts it if <paramref name="read"/> is
    /// null. Returns the new ETag; null on a conflict.
    /// </summary>
    /// <param name="admit">Runs before each attempt and throws if the row may not be written.</param>
    public Task<ETag?> TryWriteAsync(
        TableEntity row,
        ETag? read,
        CancellationToken cancellation,
        WriteGuard? admit = null
    )
    {
        var writeId = Guid.NewGuid().ToString("N");
        row[WriteId] = writeId;
        return retry.RunAsync(WriteAsync, cancellation, admit);

        async Task<ETag?> WriteAsync(int attempt)
        {
            try
            {
                var answer = read is { } etag
                    ? await changes.UpdateEntityAsync(row, etag, TableUpdateMode.Replace, cancellation)
                    : await changes.AddEntityAsync(row, cancellation);
                return answer.Headers.ETag;
            }
            catch (RequestFailedException lost)
                when (lost.Status is 404 or 409 or 412 && !StorageFaults.IsTableGone(lost))
            {
                // The conflict may be with our own earlier attempt.
                return await FindOwnWriteAsync(row, writeId, cancellation);
            }
        }
    }

    /// <summary>Upserts the row unconditionally.</summary>
    public Task WriteAsync(TableEntity row, CancellationToken cancellation, WriteGuard? admit = null) =>
        retry.RunAsync(_ => changes.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellation), cancellation, admit);

    /// <summary>Sets these columns of a row and leaves the others. False if the row does not exist.</summary>
    public Task<bool> TryMergeAsync(TableEntity columns, CancellationToken cancellation, WriteGuard? admit = null)
    {
        return retry.RunAsync(MergeAsync, cancellation, admit);

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

    /// <summary>False if the row has changed since it was read, or is gone.</summary>
    public Task<bool> TryDeleteAsync(string partition, string row, ETag read, CancellationToken cancellation)
    {
        return retry.RunAsync(DeleteAsync, cancellation);

        async Task<bool> DeleteAsync(int attempt)
        {
            try
            {
                var answer = await changes.DeleteEntityAsync(partition, row, read, cancellation);
                // Missing at a later attempt: an earlier one deleted the row and its answer was lost.
                return answer.Status != 404 || attempt > 1;
            }
            catch (RequestFailedException lost) when (lost.Status is 404 or 412 && !StorageFaults.IsTableGone(lost))
            {
                return false;
            }
        }
    }

    /// <summary>
    /// Sends the transaction once; the caller handles a lost answer. After a commit, the rows have their new ETags.
    /// </summary>
    public async Task<TransactionOutcome> SubmitAsync(
        EntityGroupTransaction transaction,
        CancellationToken cancellation,
        WriteGuard? admit = null
    )
    {
        await creation.EnsureCreatedAsync(cancellation);
        if (admit is not null)
        {
            await admit(cancellation);
        }
        try
        {
            var answers = await changes.SubmitTransactionAsync(transaction.Actions, cancellation);
            foreach (var (action, answer) in transaction.Actions.Zip(answers.Value))
            {
                action.Entity.ETag = answer.Headers.ETag ?? default;
            }
            return TransactionOutcome.Committed;
        }
        catch (RequestFailedException failure) when (StorageFaults.IsTableGone(failure))
        {
            creation.Invalidate();
            throw;
        }
        catch (RequestFailedException refused) when (refused.Status is 404 or 409 or 412)
        {
            return refused.Status == 409 ? TransactionOutcome.Exists : TransactionOutcome.Conflict;
        }
        catch (Exception unknown) when (StorageFaults.IsOutcomeUnknown(unknown, cancellation))
        {
            return TransactionOutcome.Unknown;
        }
    }

    private async Task<ETag?> FindOwnWriteAsync(TableEntity row, string writeId, CancellationToken cancellation) =>
        await FindAsync(row.PartitionKey, row.RowKey, cancellation) is { } found && found.GetString(WriteId) == writeId
            ? found.ETag
            : null;
}
