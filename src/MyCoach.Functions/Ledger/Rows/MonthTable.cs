using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Reads and writes the user-month partitions. Sums change only in the transactions of <see cref="MonthCommit"/> and the recount.</summary>
internal sealed class MonthTable(UserTables tables)
{
    private readonly UserTable table = tables.Usage;

    public async Task<MonthLedger?> FindLedgerAsync(UserId user, Month month, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), MonthRows.LedgerKey, cancellation) is { } row ? MonthLedger.Read(row) : null;

    /// <summary>Merges the name of an instance into the ledger without a condition. Does nothing if there is no ledger.</summary>
    public Task RequestTurnAsync(UserId user, Month month, string instance, CancellationToken cancellation) =>
        table.TryMergeAsync(
            user,
            new TableEntity(user.MonthPartition(month), MonthRows.LedgerKey) { [nameof(MonthLedger.Turn)] = instance },
            cancellation
        );

    public async Task<UsageEvent?> FindEventAsync(UserId user, Month month, string callerId, CancellationToken cancellation) =>
        await FindMarkAsync(user, month, callerId, cancellation) is { EventKey: not null } mark
            ? await GetEventAsync(user, month, mark, cancellation)
            : null;

    /// <summary>The idempotency mark of an event: where the event is and which commit wrote it.</summary>
    public async Task<Mark?> FindMarkAsync(UserId user, Month month, string callerId, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), MonthRows.MarkKey(callerId), cancellation) is { } row
            ? new Mark(row.GetString("Event"), row.GetString(MonthRows.CommitId), row.ETag)
            : null;

    /// <summary>The id of the commit that wrote a mark or a reservation; null if the row does not exist.</summary>
    public async Task<string?> FindCommitAsync(UserId user, Month month, string rowKey, CancellationToken cancellation) =>
        (await table.FindAsync(user.MonthPartition(month), rowKey, cancellation))?.GetString(MonthRows.CommitId);

    public async Task<Reservation?> FindReservationAsync(UserId user, Month month, string callerId, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), Reservation.KeyOf(callerId), cancellation) is { } row ? Reservation.Read(row) : null;

    /// <summary>The reservations of open calls, including expired ones.</summary>
    public IAsyncEnumerable<Reservation> ListReservationsAsync(UserId user, Month month, CancellationToken cancellation) =>
        RowsAsync(user, month, MonthRows.Reservations, cancellation).Select(Reservation.Read);

    /// <summary>Extends a reservation. False if it no longer exists.</summary>
    public Task<bool> RenewAsync(UserId user, Reservation reservation, DateTimeOffset now, CancellationToken cancellation) =>
        table.TryMergeAsync(user, reservation.WriteRenewal(user.MonthPartition(reservation.Worst.Month), now), cancellation);

    public async Task<UsageEvent> GetEventAsync(UserId user, Month month, Mark mark, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), mark.EventKey!, cancellation) is { } row
            ? MonthRows.ReadEvent(row)
            : throw new InvalidOperationException("A mark has no event.");

    /// <summary>
    /// Blocks an id in a month because its event is about to be recorded in the next one. Returns null if the id is now blocked, else the mark that
    /// already exists.
    /// </summary>
    public async Task<Mark?> ForwardOrFindMarkAsync(UserId user, Month month, string callerId, CancellationToken cancellation) =>
        await table.TryWriteAsync(user, MonthRows.WriteForwardingMark(user.MonthPartition(month), callerId), read: null, cancellation) is null
            ? await FindMarkAsync(user, month, callerId, cancellation)
            : null;

    /// <summary>Deletes a mark that blocks an id in a month, after its event was never recorded in the next month.</summary>
    public Task<bool> TryDeleteMarkAsync(UserId user, Month month, string callerId, Mark mark, CancellationToken cancellation) =>
        table.TryDeleteAsync(user.MonthPartition(month), MonthRows.MarkKey(callerId), mark.ETag, cancellation);

    public async Task<TotalsRow> FindTotalsAsync(UserId user, Month month, string key, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), key, cancellation) is { } row
            ? MonthRows.ReadTotals(row)
            : new TotalsRow(key, default, Generation: 0, ETag: null);

    /// <summary>
    /// Reads one page of the table service, newest event first. A page can be empty and still have a continuation. Null if the service rejects the
    /// continuation.
    /// </summary>
    public async Task<(IReadOnlyList<UsageEvent> Events, string? Continuation)?> ListAsync(
        UserId user,
        EventFilter filter,
        int pageSize,
        string? continuation,
        CancellationToken cancellation
    )
    {
        var (from, before) = MonthRows.Events;
        var query = TableClient.CreateQueryFilter($"PartitionKey eq {user.MonthPartition(filter.Month)} and RowKey ge {from} and RowKey lt {before}");
        query += filter.Provider is { } provider ? TableClient.CreateQueryFilter($" and Provider eq {provider}") : "";
        query += filter.Model is { } model ? TableClient.CreateQueryFilter($" and Model eq {model}") : "";
        query += filter.Conversation is { } conversation ? TableClient.CreateQueryFilter($" and ConversationId eq {conversation.Id}") : "";
        query += filter.Conversation is { Generation: > 0 and var lowest }
            ? TableClient.CreateQueryFilter($" and ConversationGeneration ge {lowest}")
            : "";
        var page = await table.QueryPageAsync(query, pageSize, continuation, cancellation);
        return page is null ? null : ([.. page.Values.Select(MonthRows.ReadEvent)], page.ContinuationToken);
    }

    /// <summary>Every event of a month, newest first.</summary>
    public IAsyncEnumerable<UsageEvent> EventsAsync(UserId user, Month month, CancellationToken cancellation) =>
        RowsAsync(user, month, MonthRows.Events, cancellation).Select(MonthRows.ReadEvent);

    /// <summary>The totals by day, provider and model.</summary>
    public async IAsyncEnumerable<(DateOnly Day, string Provider, string Model, Totals Totals)> DaysAsync(
        UserId user,
        DateOnly from,
        DateOnly to,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var (first, before) = MonthRows.Days(from, to);
        var partition = user.MonthPartition(new Month(from.Year, from.Month));
        await foreach (
            var row in table.QueryAsync(
                TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey lt {before}"),
                cancellation
            )
        )
        {
            var (day, provider, model) = MonthRows.ParseDayKey(row.RowKey);
            yield return (day, provider, model, Totals.Read(row));
        }
    }

    /// <summary>A month's totals by conversation or by agent, in the order of their ids.</summary>
    public IAsyncEnumerable<TotalsRow> TotalsAsync(UserId user, Month month, string kind, CancellationToken cancellation) =>
        RowsAsync(user, month, MonthRows.Kind(kind), cancellation).Select(MonthRows.ReadTotals);

    /// <summary>The thresholds recorded in a month, for every budget that it has had.</summary>
    public async Task<IReadOnlyList<Alert>> ListAlertsAsync(UserId user, Month month, CancellationToken cancellation) =>
        await RowsAsync(user, month, MonthRows.Thresholds, cancellation).Select(Alert.Read).ToListAsync(cancellation);

    /// <summary>The rows that a recount of the month needs, in the order of their keys.</summary>
    public IAsyncEnumerable<TableEntity> ListRecountRowsAsync(UserId user, Month month, CancellationToken cancellation) =>
        RowsAsync(user, month, MonthRows.RecountRows, cancellation);

    private IAsyncEnumerable<TableEntity> RowsAsync(UserId user, Month month, (string From, string Before) rows, CancellationToken cancellation) =>
        table.QueryAsync(
            TableClient.CreateQueryFilter($"PartitionKey eq {user.MonthPartition(month)} and RowKey ge {rows.From} and RowKey lt {rows.Before}"),
            cancellation
        );

    public Task<bool> TryDeleteAsync(TableEntity read, CancellationToken cancellation) =>
        table.TryDeleteAsync(read.PartitionKey, read.RowKey, read.ETag, cancellation);

    public Task<ETag?> TryWriteAsync(UserId user, TableEntity row, ETag? read, CancellationToken cancellation) =>
        table.TryWriteAsync(user, row, read, cancellation);

    public Task<TransactionOutcome> SubmitAsync(UserId user, EntityGroupTransaction transaction, CancellationToken cancellation) =>
        table.SubmitAsync(user, transaction, cancellation);
}

/// <param name="EventKey">The row key of the event; null if the event is recorded in the next month.</param>
internal sealed record Mark(string? EventKey, string? CommitId, ETag ETag);
