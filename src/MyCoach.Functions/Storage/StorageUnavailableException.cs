namespace MyCoach.Storage;

/// <summary>
/// The table service could not serve the request now; it is safe to retry. Becomes 503 <c>storage_unavailable</c>.
/// </summary>
internal class StorageUnavailableException(string message) : Exception(message);

/// <summary>
/// The table service works, but other writers kept changing the row. Only requests for this row need to back off.
/// </summary>
internal sealed class RowBusyException(string message) : StorageUnavailableException(message);
