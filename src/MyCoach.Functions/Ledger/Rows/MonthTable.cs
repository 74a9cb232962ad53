using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Reads and writes the user-month partitions. Sums change only in the transactions of <see cref="MonthCommit"/> and
/// the recount.
/// </summary>
internal sealed partial class MonthTable(UserTables tables)
{
    private readonly UserTable table = tables.Usage;

    public async Task<MonthLedger?> FindLedgerAsync(UserId user, Month month, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), MonthRows.LedgerKey, cancellation) is { } row
            ? MonthLedger.Read(row)
            : null;

    /// <summary>
    /// Merges the name of an instance into the ledger without a condition. Does nothing if there is no ledger.
    /// </summary>
    public Task RequestTurnAsync(UserId user, Month month, string instance, CancellationToken cancellation) =>
        table.TryMergeAsync(
            user,
            new TableEntity(user.MonthPartition(month), MonthRows.LedgerKey) { [nameof(MonthLedger.Turn)] = instance },
            cancellation
        );

    public async Task<Reservation?> FindReservationAsync(
        UserId user,
        Month month,
        string callerId,
        CancellationToken cancellation
    ) =>
        await table.FindAsync(user.MonthPartition(month), Reservation.KeyOf(callerId), cancellation) is { } row
            ? Reservation.Read(row)
            : null;

    /// <summary>Extends a reservation. False if it no longer exists.</summary>
    public Task<bool> RenewAsync(
        UserId user,
        Reservation reservation,
        DateTimeOffset now,
        CancellationToken cancellation
    ) =>
        table.TryMergeAsync(
            user,
            reservation.WriteRenewal(user.MonthPartition(reservation.HeldEvent.Month), now),
            cancellation
        );

    public async Task<TotalsRow> FindTotalsAsync(
        UserId user,
        Month month,
        string key,
        CancellationToken cancellation
    ) =>
        await table.FindAsync(user.MonthPartition(month), key, cancellation) is { } row
            ? TotalsRow.Read(row)
            : new TotalsRow(key, default, Generation: 0, ETag: null);

    public async Task<bool> HasRowAsync(UserId user, Month month, string rowKey, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), rowKey, cancellation) is not null;

    public Task<ETag?> TryWriteAsync(UserId user, TableEntity row, ETag? read, CancellationToken cancellation) =>
        table.TryWriteAsync(user, row, read, cancellation);

    public Task<TransactionOutcome> SubmitAsync(
        UserId user,
        EntityGroupTransaction transaction,
        CancellationToken cancellation
    ) => table.SubmitAsync(user, transaction, cancellation);
}
