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

    public async Task<UsageEvent?> FindEventAsync(
        UserId user,
        Month month,
        string callerId,
        CancellationToken cancellation
    ) =>
        await FindMarkAsync(user, month, callerId, cancellation) is { EventKey: not null } mark
            ? await GetEventAsync(user, month, mark, cancellation)
            : null;

    /// <summary>The idempotency mark of an event: where the event is and which commit wrote it.</summary>
    public async Task<Mark?> FindMarkAsync(UserId user, Month month, string callerId, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), MonthRows.MarkKey(callerId), cancellation) is { } row
            ? new Mark(row.GetString("Event"), row.GetString(MonthRows.CommitId), row.ETag)
            : null;

    /// <summary>The id of the commit that wrote a mark or a reservation; null if the row does not exist.</summary>
    public async Task<string?> FindCommitAsync(
        UserId user,
        Month month,
        string rowKey,
        CancellationToken cancellation
    ) => (await table.FindAsync(user.MonthPartition(month), rowKey, cancellation))?.GetString(MonthRows.CommitId);

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
            reservation.WriteRenewal(user.MonthPartition(reservation.Worst.Month), now),
            cancellation
        );

    public async Task<UsageEvent> GetEventAsync(UserId user, Month month, Mark mark, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), mark.EventKey!, cancellation) is { } row
            ? EventRow.Read(row)
            : throw new InvalidOperationException("A mark has no event.");

    /// <summary>
    /// Blocks an id in a month because its event is about to be recorded in the next one. Returns null if the id is now
    /// blocked, else the mark that already exists.
    /// </summary>
    public async Task<Mark?> ForwardOrFindMarkAsync(
        UserId user,
        Month month,
        string callerId,
        CancellationToken cancellation
    ) =>
        await table.TryWriteAsync(
            user,
            MonthRows.WriteForwardingMark(user.MonthPartition(month), callerId),
            read: null,
            cancellation
        )
            is null
            ? await FindMarkAsync(user, month, callerId, cancellation)
            : null;

    /// <summary>
    /// Deletes a mark that blocks an id in a month, after its event was never recorded in the next month.
    /// </summary>
    public Task<bool> TryDeleteMarkAsync(
        UserId user,
        Month month,
        string callerId,
        Mark mark,
        CancellationToken cancellation
    ) => table.TryDeleteAsync(user.MonthPartition(month), MonthRows.MarkKey(callerId), mark.ETag, cancellation);

    public async Task<TotalsRow> FindTotalsAsync(
        UserId user,
        Month month,
        string key,
        CancellationToken cancellation
    ) =>
        await table.FindAsync(user.MonthPartition(month), key, cancellation) is { } row
            ? MonthRows.ReadTotals(row)
            : new TotalsRow(key, default, Generation: 0, ETag: null);

    public Task<bool> TryDeleteAsync(TableEntity read, CancellationToken cancellation) =>
        table.TryDeleteAsync(read.PartitionKey, read.RowKey, read.ETag, cancellation);

    public Task<ETag?> TryWriteAsync(UserId user, TableEntity row, ETag? read, CancellationToken cancellation) =>
        table.TryWriteAsync(user, row, read, cancellation);

    public Task<TransactionOutcome> SubmitAsync(
        UserId user,
        EntityGroupTransaction transaction,
        CancellationToken cancellation
    ) => table.SubmitAsync(user, transaction, cancellation);
}
