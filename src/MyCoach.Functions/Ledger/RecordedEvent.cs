namespace MyCoach.Ledger;

/// <summary>The event that is stored under an id, and whether this call stored it.</summary>
internal sealed record RecordedEvent(UsageEvent Event, bool IsNew);
