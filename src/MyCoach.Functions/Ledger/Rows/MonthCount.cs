using Azure.Data.Tables;

namespace MyCoach.Ledger;

/// <summary>A row of totals that is not the sum of its events; the ledger's own where the key is <c>ledger</c>.</summary>
internal sealed record Drift(TotalsRow Stored, Totals Counted);

/// <summary>Adds up a month's events and tells which rows of totals are not their sums.</summary>
internal sealed class MonthCount
{
    private readonly Dictionary<string, TotalsRow> stored = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Totals Totals, long Generation)> counted = new(StringComparer.Ordinal);
    private MonthLedger? ledger;

    /// <param name="rows">In the order of their keys, in which totals by agent, conversation and day come before the events, and the ledger after.</param>
    public async Task<(MonthLedger? Ledger, IReadOnlyList<Drift> Drifts)> RunAsync(IAsyncEnumerable<TableEntity> rows, CancellationToken cancellation)
    {
        await foreach (var row in rows.WithCancellation(cancellation))
        {
            if (row.RowKey == MonthRows.LedgerKey)
            {
                ledger = MonthLedger.Read(row);
                stored[row.RowKey] = MonthRows.ReadTotals(row);
            }
            else if (MonthRows.IsEvent(row.RowKey))
            {
                Add(MonthRows.ReadEvent(row));
            }
            else
            {
                stored[row.RowKey] = MonthRows.ReadTotals(row);
            }
        }
        return (ledger, [.. Drifts()]);
    }

    private void Add(UsageEvent one)
    {
        foreach (var key in MonthRows.TotalsKeys(one).Append(MonthRows.LedgerKey))
        {
            var generation = one.ConversationId is { } id && key == MonthRows.ConversationKey(id) ? one.ConversationGeneration : 0;
            // Of an earlier use, the event is detached and waits for its row to be cleared.
            if (generation >= (stored.GetValueOrDefault(key)?.Generation ?? 0))
            {
                var sum = counted.GetValueOrDefault(key);
                counted[key] = (sum.Totals + Totals.Of(one), Math.Max(sum.Generation, generation));
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
