using Azure.Data.Tables;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>Adds up a month's events and reservations and finds the totals rows that are not their sums.</summary>
/// <param name="open">The month's reservations.</param>
internal sealed class DriftFinder(IReadOnlyList<Reservation> open)
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

    private IEnumerable<Drift> Drifts()
    {
        var held = open.SelectMany(reservation =>
                reservation.HeldRows.Append(MonthRows.LedgerKey).Select(key => (Key: key, reservation.Amount))
            )
            .GroupBy(hold => hold.Key, StringComparer.Ordinal)
            .ToDictionary(
                row => row.Key,
                row => row.Aggregate(PicoUsd.Zero, (sum, hold) => sum + hold.Amount),
                StringComparer.Ordinal
            );
        return from key in stored.Keys.Union(counted.Keys).Union(held.Keys)
            let sum = counted.GetValueOrDefault(key)
            let row = stored.GetValueOrDefault(key) ?? new TotalsRow(key, default, sum.Generation, ETag: null)
            let reserved = held.GetValueOrDefault(key)
            where row.Totals != sum.Totals || row.Reserved != reserved
            select new Drift(row, sum.Totals, reserved);
    }
}
