using Azure;
using Azure.Data.Tables.Models;
using Azure.Identity;

namespace MyCoach.Storage;

/// <summary>The table service could not do it now, and it is safe to repeat what was asked. Becomes 503 <c>storage_unavailable</c>.</summary>
internal class StorageUnavailableException(string message) : Exception(message);

/// <summary>The table service is well, but others hold what was asked for: nobody else has to wait for it.</summary>
internal sealed class RowBusyException(string message) : StorageUnavailableException(message);

internal static class StorageFaults
{
    public static StorageUnavailableException Late => new("The table service did not answer in time.");

    /// <summary>Whether the answer was lost or the service is in trouble for a moment: what was asked for may have been done or not.</summary>
    public static bool IsTransient(Exception fault) =>
        fault switch
        {
            StorageUnavailableException or IOException => true,
            RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => true,
            // Azure.Core's retry policy gathers the failures of its attempts, its own time-outs among them.
            AggregateException attempts => attempts.InnerExceptions.All(attempt => IsTransient(attempt) || attempt is OperationCanceledException),
            _ => false,
        };

    /// <summary>Whether the storage, or our right to use it, is what is missing: nothing the caller or the program did.</summary>
    public static bool IsUnavailable(Exception fault) =>
        IsTransient(fault) || IsMisconfigured(fault) || (fault is RequestFailedException failure && IsTableGone(failure));

    /// <summary>Whether an operator has to act: the account's key, role or firewall keeps us out, or there is no identity.</summary>
    public static bool IsMisconfigured(Exception fault) => fault is RequestFailedException { Status: 401 or 403 } or AuthenticationFailedException;

    public static bool IsTableGone(RequestFailedException failure) =>
        failure.ErrorCode == TableErrorCode.TableNotFound || failure.ErrorCode == TableErrorCode.TableBeingDeleted;
}
