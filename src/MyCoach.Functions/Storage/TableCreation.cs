using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace MyCoach.Storage;

/// <summary>Creates a table at its first use in a process, and again after it was found deleted.</summary>
internal sealed class TableCreation(TableClient table)
{
    private readonly Lock gate = new();
    private Task? created;

    public Task EnsureCreatedAsync(CancellationToken cancellation)
    {
        lock (gate)
        {
            created = created is null or { IsFaulted: true } or { IsCanceled: true } ? CreateAsync() : created;
            return created.IsCompletedSuccessfully ? created : created.WaitAsync(cancellation);
        }
    }

    /// <summary>
    /// Distinguishes a missing table from a missing row; both are 404. A missing table must not look like a user
    /// without settings.
    /// </summary>
    public void ThrowIfTableGone(Response notFound)
    {
        if (
            notFound.Content?.ToString().Contains(TableErrorCode.TableNotFound.ToString(), StringComparison.Ordinal)
            == true
        )
        {
            Invalidate();
            throw new StorageUnavailableException("The table was deleted while the program was running.");
        }
    }

    /// <summary>Forgets that the table exists, so that the next use creates it.</summary>
    public void Invalidate()
    {
        lock (gate)
        {
            created = null;
        }
    }

    // CreateIfNotExists serialises by reflection, which Native AOT lacks. A caller's cancellation must not abort a
    // creation that others wait for.
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
