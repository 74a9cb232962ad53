namespace MyCoach.Ledger;

/// <summary>The ledger and totals rows of a month, as they were read or as a commit left them.</summary>
internal sealed record MonthSnapshot(MonthLedger? Ledger, IReadOnlyDictionary<string, TotalsRow> Totals)
{
    public static readonly MonthSnapshot None = new(null, new Dictionary<string, TotalsRow>());
}
