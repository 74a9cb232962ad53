using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Reads the user-month partitions; <see cref="UsageRecorder"/> and the budget write them.</summary>
internal sealed class MonthTable(UserTables tables)
{
    private readonly UserTable table = tables.Usage;

    public async Task<MonthLedger?> FindLedgerAsync(UserId user, Month month, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), MonthRows.LedgerKey, cancellation) is { } row ? MonthLedger.Read(row) : null;

    /// <summary>Puts the name of an instance into the ledger, if there is one, whatever else changed in it.</summary>
    public Task AskForTurnAsync(UserId user, Month month, string instance, CancellationToken cancellation) =>
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

    /// <summary>The commit that wrote a mark or a reservation; null where there is no such row.</summary>
    public async Task<string?> FindCommitAsync(UserId user, Month month, string rowKey, CancellationToken cancellation) =>
        (await table.FindAsync(user.MonthPartition(month), rowKey, cancellation))?.GetString(MonthRows.CommitId);

    public async Task<Reservation?> FindReservationAsync(UserId user, Month month, string callerId, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), Reservation.KeyOf(callerId), cancellation) is { } row ? Reservation.Read(row) : null;

    /// <summary>The calls under way, and those that were left behind.</summary>
    public IAsyncEnumerable<Reservation> ReservationsAsync(UserId user, Month month, CancellationToken cancellation) =>
        RowsAsync(user, month, MonthRows.Reservations, cancellation).Select(Reservation.Read);

    /// <summary>Lets a reservation last on; false where it is no longer there.</summary>
    public Task<bool> RenewAsync(UserId user, Reservation reservation, DateTimeOffset now, CancellationToken cancellation) =>
        table.TryMergeAsync(user, reservation.Renew(user.MonthPartition(reservation.Worst.Month), now), cancellation);

    public async Task<UsageEvent> GetEventAsync(UserId user, Month month, Mark mark, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), mark.EventKey!, cancellation) is { } row
            ? MonthRows.ReadEvent(row)
            : throw new InvalidOperationException("A mark stands without its event.");

    /// <summary>
    /// Keeps an id out of a month because it is about to be recorded in the next one. Null: so it is now. Else the mark that was there already.
    /// </summary>
    public async Task<Mark?> TryForwardAsync(UserId user, Month month, string callerId, CancellationToken cancellation) =>
        await table.TryWriteAsync(user, MonthRows.WriteForwardingMark(user.MonthPartition(month), callerId), read: null, cancellation) is null
            ? await FindMarkAsync(user, month, callerId, cancellation)
            : null;

    /// <summary>Takes away a mark that keeps an id out of a month, where the event never came to be in the next.</summary>
    public Task<bool> TryDeleteMarkAsync(UserId user, Month month, string callerId, Mark mark, CancellationToken cancellation) =>
        table.TryDeleteAsync(user.MonthPartition(month), MonthRows.MarkKey(callerId), mark.ETag, cancellation);

    public async Task<TotalsRow> FindTotalsAsync(UserId user, Month month, string key, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), key, cancellation) is { } row
            ? MonthRows.ReadTotals(row)
            : new TotalsRow(key, default, Generation: 0, ETag: null);

    /// <summary>
    /// One page of the service's own, newest first; it can be empty and still have a continuation. Null where the service does not know the continuation.
    /// </summary>
    public async Task<(IReadOnlyList<UsageEvent> Events, string? Continuation)?> ListAsync(
        UserId user,
        EventFilter filter,
        int most,
        string? continuation,
        CancellationToken cancellation
    )
    {
        var (from, before) = MonthRows.Events;
        var query = TableClient.CreateQueryFilter($"PartitionKey eq {user.MonthPartition(filter.Month)} and RowKey ge {from} and RowKey lt {before}");
        query += filter.Provider is { } provider ? TableClient.CreateQueryFilter($" and Provider eq {provider}") : "";
        query += filter.Model is { } model ? TableClient.CreateQueryFilter($" and Model eq {model}") : "";
        query += filter.Conversation is { } conversation ? TableClient.CreateQueryFilter($" and ConversationId eq {conversation.Id}") : "";
        query += filter.Conversation is { Generation: > 0 and var least }
            ? TableClient.CreateQueryFilter($" and ConversationGeneration ge {least}")
            : "";
        var page = await table.QueryPageAsync(query, most, continuation, cancellation);
        return page is null ? null : ([.. page.Values.Select(MonthRows.ReadEvent)], page.ContinuationToken);
    }

    /// <summary>Every event of a month, newest first.</summary>
    public IAsyncEnumerable<UsageEvent> EventsAsync(UserId user, Month month, CancellationToken cancellation) =>
        RowsAsync(user, month, MonthRows.Events, cancellation).Select(MonthRows.ReadEvent);

    /// <summary>The totals of a month's days, by provider and model.</summary>
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

    /// <summary>A month's rows of totals by conversation or by agent, in the order of their ids.</summary>
    public IAsyncEnumerable<TotalsRow> TotalsAsync(UserId user, Month month, string kind, CancellationToken cancellation) =>
        RowsAsync(user, month, MonthRows.Kind(kind), cancellation).Select(MonthRows.ReadTotals);

    /// <summary>The thresholds recorded in a month, of every budget it has had.</summary>
    public async Task<IReadOnlyList<Alert>> ListAlertsAsync(UserId user, Month month, CancellationToken cancellation) =>
        await RowsAsync(user, month, MonthRows.Thresholds, cancellation).Select(Alert.Read).ToListAsync(cancellation);

    /// <summary>What a recount needs of a month, in the order of the row keys.</summary>
    public IAsyncEnumerable<TableEntity> ScanAsync(UserId user, Month month, CancellationToken cancellation) =>
        RowsAsync(user, month, MonthRows.Counted, cancellation);

    /// <summary>The months of all users up to one whose events were not removed yet.</summary>
    public async IAsyncEnumerable<(UserId User, Month Month)> MonthsWithEventsAsync(
        Month through,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var row in table.QueryAsync(TableClient.CreateQueryFilter($"RowKey eq {MonthRows.LedgerKey}"), cancellation))
        {
            var (user, month) = UserId.ParseMonthPartition(row.PartitionKey);
            if (month.Start <= through.Start && row.GetString(nameof(MonthLedger.Removal)) != nameof(EventRemoval.Done))
            {
                yield return (user, month);
            }
        }
    }

    /// <summary>The keys of a month's events, each with that of its mark, and then of the marks that have none; in groups for one transaction each.</summary>
    public async IAsyncEnumerable<IReadOnlyList<string>> EventsAndMarksAsync(
        UserId user,
        Month month,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var events in RowsAsync(user, month, MonthRows.Events, cancellation).GroupedAsync(cancellation))
        {
            foreach (var half in events.Chunk(EntityGroupTransaction.MostOperations / 2))
            {
                yield return [.. half.SelectMany(row => new[] { row.RowKey, MonthRows.MarkKey(MonthRows.CallerIdOf(row.RowKey)) })];
            }
        }
        await foreach (var marks in RowsAsync(user, month, MonthRows.Marks, cancellation).GroupedAsync(cancellation))
        {
            yield return [.. marks.Select(row => row.RowKey)];
        }
    }

    /// <summary>The events of conversations in any month of a user, as rows.</summary>
    public IAsyncEnumerable<TableEntity> ConversationEventsAsync(UserId user, CancellationToken cancellation) =>
        table.QueryAsync(OfAnyMonth(user, MonthRows.Events) + " and ConversationId gt ''", cancellation);

    /// <summary>The totals of conversations in any month of a user, as rows.</summary>
    public IAsyncEnumerable<TableEntity> ConversationTotalsAsync(UserId user, CancellationToken cancellation) =>
        table.QueryAsync(OfAnyMonth(user, MonthRows.Kind("conversation")), cancellation);

    private IAsyncEnumerable<TableEntity> RowsAsync(UserId user, Month month, (string From, string Before) rows, CancellationToken cancellation) =>
        table.QueryAsync(
            TableClient.CreateQueryFilter($"PartitionKey eq {user.MonthPartition(month)} and RowKey ge {rows.From} and RowKey lt {rows.Before}"),
            cancellation
        );

    private static string OfAnyMonth(UserId user, (string From, string Before) rows) =>
        TableClient.CreateQueryFilter($"PartitionKey ge {user.FirstMonthPartition} and PartitionKey le {user.LastMonthPartition}")
        + TableClient.CreateQueryFilter($" and RowKey ge {rows.From} and RowKey lt {rows.Before}");

    public Task<bool> TryDeleteAsync(TableEntity read, CancellationToken cancellation) =>
        table.TryDeleteAsync(read.PartitionKey, read.RowKey, read.ETag, cancellation);

    public Task<ETag?> TryWriteAsync(UserId user, TableEntity row, ETag? read, CancellationToken cancellation) =>
        table.TryWriteAsync(user, row, read, cancellation);

    public Task<TransactionOutcome> SubmitAsync(UserId user, EntityGroupTransaction transaction, CancellationToken cancellation) =>
        table.SubmitAsync(user, transaction, cancellation);
}

/// <param name="EventKey">The row key of the event; null where the event was recorded in the next month.</param>
internal sealed record Mark(string? EventKey, string? CommitId, ETag ETag);
