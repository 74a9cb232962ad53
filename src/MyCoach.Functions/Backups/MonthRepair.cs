using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Ledger;

namespace MyCoach.Backups;

/// <summary>
/// Repairs a user-month that was written to while it was read. Events are read newest first, so those that were read
/// are all events of one moment. The totals, the ledger and the marks are made to match them.
/// </summary>
internal static class MonthRepair
{
    public static async Task<IReadOnlyList<TableEntity>> RepairAsync(
        IReadOnlyList<TableEntity> rows,
        CancellationToken cancellation
    )
    {
        var partition = rows[0].PartitionKey;
        var counted = rows.Where(row => MonthRows.IsRecountRow(row.RowKey))
            .OrderBy(row => row.RowKey, StringComparer.Ordinal);
        var open = rows.Where(row => Reservation.IsKey(row.RowKey)).Select(Reservation.Read).ToArray();
        var (ledger, drifts) = await new DriftFinder(open).FindAsync(counted.ToAsyncEnumerable(), cancellation);
        if (ledger is null or { Removal: not EventRemoval.None })
        {
            return rows;
        }
        var repaired = rows.ToDictionary(row => row.RowKey, StringComparer.Ordinal);
        foreach (var drift in drifts.Where(drift => !drift.IsLedger))
        {
            repaired[drift.Stored.Key] = drift.Corrected.Write(partition);
        }
        foreach (var mark in rows.Where(row => row.GetString("Event") is { } key && !repaired.ContainsKey(key)))
        {
            repaired.Remove(mark.RowKey);
        }
        var totals = drifts.FirstOrDefault(drift => drift.IsLedger)?.Counted ?? ledger.Totals;
        repaired[MonthRows.LedgerKey] = (
            ledger with
            {
                Totals = totals,
                Reserved = open.Aggregate(PicoUsd.Zero, (sum, reservation) => sum + reservation.Amount),
                Reservations = open.Length,
            }
        ).Write(partition);
        return [.. repaired.Values.OrderBy(row => row.RowKey, StringComparer.Ordinal)];
    }
}
