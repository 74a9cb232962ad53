using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace MyCoach.Storage;

/// <summary>Sees to it that a table exists: created at its first use in a process, and again after it turned out to be gone.</summary>
internal sealed class TableCreation(TableClient table)
{
    private readonly Lock gate = new();
    private Task? created;

    public Task DoneAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            created = created is null or { IsFaulted: true } or { IsCanceled: true } ? CreateAsync() : created;
            return created.IsCompletedSuccessfully ? created : created.WaitAsync(cancellation);
        }
    }

    /// <summary>Whether the failure says that the table is gone; then the next use creates it.</summary>
    public bool ForgetIfGone(RequestFailedException failure)
    {
        var isGone = StorageFaults.IsTableGone(failure);
        if (isGone)
        {
            Forget();
        }
        return isGone;
    }

    /// <summary>Tells a table that is gone from a row that is not there: both are 404, and an empty table must not pass for a user's defaults.</summary>
    public void RequireTable(Response notFound)
    {
        if (notFound.Content?.ToString().Contains(TableErrorCode.TableNotFound.ToString(), StringComparison.Ordinal) == true)
        {
            Forget();
            throw new StorageUnavailableException("The table was deleted while the program ran.");
        }
    }

    private void Forget()
    {
        lock (gate)
        {
            created = null;
        }
    }

    // CreateIfNotExists serialises by reflection, which Native AOT lacks. A caller's cancellation must not undo what other callers wait for.
    private async Task CreateAsync()
    {
        try
        {
            await table.CreateAsync(CancellationToken.None);
        }
        catch (RequestFailedException exists) when (exists.ErrorCode == TableErrorCode.TableAlreadyExists)
        {
            return;
        }
    }
}
