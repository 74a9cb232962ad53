namespace MyCoach.Ledger;

/// <summary>A totals row, or the ledger, that is not the sum of its events.</summary>
internal sealed record Drift(TotalsRow Stored, Totals Counted)
{
    public bool IsLedger => Stored.Key == MonthRows.LedgerKey;

    public Totals Difference => Counted - Stored.Totals;

    /// <summary>The totals row as it should be. The ledger has more columns, so this is not its row.</summary>
    public TotalsRow Corrected => Stored with { Totals = Counted };
}
