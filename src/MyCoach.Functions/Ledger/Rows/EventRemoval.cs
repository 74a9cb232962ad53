namespace MyCoach.Ledger;

/// <summary>How far the retention has removed a month's events.</summary>
internal enum EventRemoval
{
    None,
    Begun,
    Done,
}
