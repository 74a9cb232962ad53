using Azure;
using Azure.Data.Tables.Models;
using Azure.Identity;

namespace MyCoach.Storage;

internal static class StorageFaults
{
    public static StorageUnavailableException Late => new("The table service did not answer in time.");

    /// <summary>
    /// Whether the answer was lost or the service failed temporarily. The request may or may not have been carried out.
    /// </summary>
    public static bool IsTransient(Exception fault) =>
        fault switch
        {
            // A malformed request, which is no fault of the storage.
            BadHttpRequestException => false,
            StorageUnavailableException or IOException => true,
            RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => true,
            // Azure.Core's retry policy throws the failures of all its attempts together, including its own time-outs.
            AggregateException attempts => attempts.InnerExceptions.All(attempt =>
                IsTransient(attempt) || attempt is OperationCanceledException
            ),
            _ => false,
        };

    /// <summary>Whether a failed request may have been carried out. Cancellation by the caller does not count.</summary>
    public static bool IsOutcomeUnknown(Exception fault, CancellationToken cancellation) =>
        IsTransient(fault) || (fault is OperationCanceledException && !cancellation.IsCancellationRequested);

    /// <summary>
    /// Whether the storage or our access to it is missing. Neither the caller nor a bug in the program is the cause.
    /// </summary>
    public static bool IsUnavailable(Exception fault) =>
        IsTransient(fault)
        || IsMisconfigured(fault)
        || (fault is RequestFailedException failure && IsTableGone(failure));

    /// <summary>
    /// Whether an operator must act: the account's key, role or firewall denies access, or there is no identity.
    /// </summary>
    public static bool IsMisconfigured(Exception fault) =>
        fault is RequestFailedException { Status: 401 or 403 } or AuthenticationFailedException;

    public static bool IsTableGone(RequestFailedException failure) =>
        failure.ErrorCode == TableErrorCode.TableNotFound || failure.ErrorCode == TableErrorCode.TableBeingDeleted;
}
