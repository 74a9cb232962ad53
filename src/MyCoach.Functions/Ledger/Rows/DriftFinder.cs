using Azure.Data.Tables;

namespace MyCoach.Ledger;

/// <summary>Adds up a month's events and finds the totals rows that are not their sums.</summary>
internal sealed class DriftFinder
{
    private readonly Dictionary<string, TotalsRow> stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Totals Totals, long Generation)> counted = new(StringComparer.Ordinal);
    private MonthLedger? ledger;

    /// <param name="rows">In key order: totals by agent, conversation and day, then the events, the ledger,
    /// and the totals by token.</param>
    public async Task<(MonthLedger? Ledger, IReadOnlyList<Drift> Drifts)> FindAsync(
        IAsyncEnumerable<TableEntity> rows,
        CancellationToken cancellation
    )
    {
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (row.RowKey == MonthRows.LedgerKey)
            {
                ledger = MonthLedger.Read(row);
                stored[row.RowKey] = TotalsRow.Read(row);
            }
            else if (MonthRows.IsEvent(row.RowKey))
            {
                Add(EventRow.Read(row));
            }
            else
            {
                stored[row.RowKey] = TotalsRow.Read(row);
            }
        }
        return (ledger, [.. Drifts()]);
    }

    private void Add(UsageEvent usageEvent)
    {
        foreach (var key in MonthRows.TotalsKeys(usageEvent).Append(MonthRows.LedgerKey))
        {
            var generation =
                usageEvent.ConversationId is { } id && key == MonthRows.ConversationKey(id)
                    ? usageEvent.ConversationGeneration
                    : 0;
            // An event of an earlier generation no longer counts. Its row still waits to be cleared.
            if (generation >= (stored.GetValueOrDefault(key)?.Generation ?? 0))
            {
                var sum = counted.GetValueOrDefault(key);
                counted[key] = (sum.Totals + Totals.Of(usageEvent), Math.Max(sum.Generation, generation));
            }
        }
    }

    private IEnumerable<Drift> Drifts() =>
        from key in stored.Keys.Union(counted.Keys)
        let sum = counted.GetValueOrDefault(key)
        let row = stored.GetValueOrDefault(key) ?? new TotalsRow(key, default, sum.Generation, ETag: null)
        where row.Totals != sum.Totals
        select new Drift(row, sum.Totals);
}
