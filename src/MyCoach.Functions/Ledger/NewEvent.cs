namespace MyCoach.Ledger;

/// <summary>An event to record.</summary>
/// <param name="Replaced">The event to delete in the same transaction; null if it replaces none.</param>
internal sealed record NewEvent(UsageEvent Event, UsageEvent? Replaced = null);
