using Azure;

namespace MyCoach.Ledger;

/// <param name="EventKey">The row key of the event; null if the event is recorded in the next month.</param>
internal sealed record EventMark(string? EventKey, string? CommitId, ETag ETag);
