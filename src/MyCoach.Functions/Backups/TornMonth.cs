using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Ledger;

namespace MyCoach.Backups;

/// <summary>
/// A user's month that was written to while it was read. The events were read newest first, so those are all that there were at one moment; the rows that
/// follow from them are made to fit: the totals, the ledger, and the marks.
/// </summary>
internal static class TornMonth
{
    public static async Task<IReadOnlyList<TableEntity>> MendAsync(IReadOnlyList<TableEntity> rows, CancellationToken cancellation)
    {
        var partition = rows[0].PartitionKey;
        var counted = rows.Where(row => MonthRows.IsCounted(row.RowKey)).OrderBy(row => row.RowKey, StringComparer.Ordinal);
        var (ledger, drifts) = await new MonthCount().RunAsync(counted.ToAsyncEnumerable(), cancellation);
        if (ledger is null or { Removal: not EventRemoval.None })
        {
            return rows;
        }
        var mended = rows.ToDictionary(row => row.RowKey, StringComparer.Ordinal);
        foreach (var drift in drifts.Where(drift => drift.Stored.Key != MonthRows.LedgerKey))
        {
            mended[drift.Stored.Key] = MonthRows.WriteTotals(partition, drift.Stored with { Totals = drift.Counted });
        }
        foreach (var mark in rows.Where(row => row.GetString("Event") is { } key && !mended.ContainsKey(key)))
        {
            mended.Remove(mark.RowKey);
        }
        var open = rows.Where(row => Reservation.IsKey(row.RowKey)).Select(Reservation.Read).ToArray();
        var totals = drifts.FirstOrDefault(drift => drift.Stored.Key == MonthRows.LedgerKey)?.Counted ?? ledger.Totals;
        mended[MonthRows.LedgerKey] = (
            ledger with
            {
                Totals = totals,
                Reserved = open.Aggregate(PicoUsd.Zero, (sum, one) => sum + one.Amount),
                Reservations = open.Length,
            }
        ).Write(partition);
        return [.. mended.Values.OrderBy(row => row.RowKey, StringComparer.Ordinal)];
    }
}
