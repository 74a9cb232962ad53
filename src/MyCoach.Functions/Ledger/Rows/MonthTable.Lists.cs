using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>Lists the rows of a user-month.</summary>
internal sealed partial class MonthTable
{
    /// <summary>The reservations of open calls, including expired ones.</summary>
    public IAsyncEnumerable<Reservation> ListReservationsAsync(
        UserId user,
        Month month,
        CancellationToken cancellation
    ) => RowsAsync(user, month, MonthRows.Reservations, cancellation).Select(Reservation.Read);

    /// <summary>
    /// Reads one page of the table service, newest event first. A page can be empty and still have a continuation. Null
    /// if the service rejects the continuation.
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
        var query = TableClient.CreateQueryFilter(
            $"PartitionKey eq {user.MonthPartition(filter.Month)} and RowKey ge {from} and RowKey lt {before}"
        );
        query += filter.Provider is { } provider ? TableClient.CreateQueryFilter($" and Provider eq {provider}") : "";
        query += filter.Model is { } model ? TableClient.CreateQueryFilter($" and Model eq {model}") : "";
        query += filter.Conversation is { } conversation
            ? TableClient.CreateQueryFilter($" and ConversationId eq {conversation.Id}")
            : "";
        query += filter.Conversation is { Generation: > 0 and var lowest }
            ? TableClient.CreateQueryFilter($" and ConversationGeneration ge {lowest}")
            : "";
        var page = await table.QueryPageAsync(query, pageSize, continuation, cancellation);
        return page is null ? null : ([.. page.Values.Select(EventRow.Read)], page.ContinuationToken);
    }

    /// <summary>Every event of a month, newest first.</summary>
    public IAsyncEnumerable<UsageEvent> EventsAsync(UserId user, Month month, CancellationToken cancellation) =>
        RowsAsync(user, month, MonthRows.Events, cancellation).Select(EventRow.Read);

    /// <summary>The totals by day, provider and model.</summary>
    public async IAsyncEnumerable<(DateOnly Day, string Provider, string Model, Totals Totals)> DaysAsync(
        UserId user,
        DateOnly from,
        DateOnly to,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var partition = user.MonthPartition(new Month(from.Year, from.Month));
        var filter = MonthRows.FilterOf(partition, MonthRows.Days(from, to));
        await foreach (var row in table.QueryAsync(filter, cancellation))
        {
            var (day, provider, model) = MonthRows.ParseDayKey(row.RowKey);
            yield return (day, provider, model, Totals.Read(row));
        }
    }

    /// <summary>A month's totals by conversation or by agent, in the order of their ids.</summary>
    public IAsyncEnumerable<TotalsRow> TotalsAsync(
        UserId user,
        Month month,
        string kind,
        CancellationToken cancellation
    ) => RowsAsync(user, month, MonthRows.Kind(kind), cancellation).Select(TotalsRow.Read);

    /// <summary>The thresholds recorded in a month, for every budget that it has had.</summary>
    public async Task<IReadOnlyList<Alert>> ListAlertsAsync(UserId user, Month month, CancellationToken cancellation) =>
        await RowsAsync(user, month, MonthRows.Thresholds, cancellation).Select(Alert.Read).ToListAsync(cancellation);

    /// <summary>The rows that a recount of the month needs, in the order of their keys.</summary>
    public IAsyncEnumerable<TableEntity> ListRecountRowsAsync(
        UserId user,
        Month month,
        CancellationToken cancellation
    ) => RowsAsync(user, month, MonthRows.RecountRows, cancellation);

    private IAsyncEnumerable<TableEntity> RowsAsync(
        UserId user,
        Month month,
        (string From, string Before) rows,
        CancellationToken cancellation
    ) => table.QueryAsync(MonthRows.FilterOf(user.MonthPartition(month), rows), cancellation);
}
