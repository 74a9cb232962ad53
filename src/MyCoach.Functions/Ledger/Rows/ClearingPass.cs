namespace MyCoach.Ledger;

/// <summary>A pass over a user's rows that clears deleted conversations. It may take several runs of the timer.</summary>
/// <param name="Continuation">Where the next run continues, as the table service states it; null at the
/// beginning.</param>
internal sealed record ClearingPass(DateTimeOffset BeganAt, string? Continuation);
