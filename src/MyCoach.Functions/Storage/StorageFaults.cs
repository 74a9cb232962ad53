using Azure;

namespace MyCoach.Storage;

/// <summary>The table service could not do it now; nothing of the request was done, or it is safe to repeat. Becomes 503 <c>storage_unavailable</c>.</summary>
internal sealed class StorageUnavailableException(string message) : Exception(message);

internal static class StorageFaults
{
    /// <summary>Whether the fault is the service's or the network's, and trying again later can help.</summary>
    public static bool IsTransient(Exception fault) =>
        fault switch
        {
            StorageUnavailableException => true,
            RequestFailedException { Status: 0 or 408 or 429 or >= 500 } => true,
            // Azure.Core's retry policy gathers the failures of its attempts.
            AggregateException attempts => attempts.InnerExceptions.All(attempt => IsTransient(attempt) || attempt is OperationCanceledException),
            _ => false,
        };
}
