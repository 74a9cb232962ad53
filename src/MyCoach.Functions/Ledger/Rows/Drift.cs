using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>A totals row, or the ledger, that is not the sum of its events and reservations.</summary>
/// <param name="Held">The sum of the open reservations.</param>
internal sealed record Drift(TotalsRow Stored, Totals Counted, PicoUsd Held)
{
    public bool IsLedger => Stored.Key == MonthRows.LedgerKey;

    public PicoUsd HeldDifference => Held - Stored.Reserved;

    public Totals Difference => Counted - Stored.Totals;

    /// <summary>The totals row as it should be. The ledger has more columns, so this is not its row.</summary>
    public TotalsRow Corrected => Stored with { Totals = Counted, Reserved = Held };
}
