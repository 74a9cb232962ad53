using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using MyCoach.Providers;
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
    /// Reads one page of the table service, newest event first. It can hold more events than the filter selects. A page
    /// can be empty and still have a continuation. Null if the position is not one of this query.
    /// </summary>
    /// <param name="query">The days to list, in one month, and the filter.</param>
    public async Task<(IReadOnlyList<UsageEvent> Events, string? Continuation)?> ListAsync(
        UserId user,
        (Period Part, EventFilter Filter) query,
        int pageSize,
        EventPosition from,
        CancellationToken cancellation
    )
    {
        var (first, before) = MonthRows.EventsOf(query.Part);
        if (from.After is { } last && (Precedes(last, first) || !Precedes(last, before)))
        {
            return null;
        }
        var partition = user.MonthPartition(query.Part.Month);
        var filter = from.After is null
            ? MonthRows.FilterOf(partition, (first, before))
            : TableClient.CreateQueryFilter(
                $"PartitionKey eq {partition} and RowKey gt {from.After} and RowKey lt {before}"
            );
        var page = await table.QueryPageAsync(
            filter + query.Filter.ToConditions(out _),
            pageSize,
            from.Page,
            cancellation
        );
        return page is null ? null : ([.. page.Values.Select(EventRow.Read)], page.ContinuationToken);

        static bool Precedes(string left, string right) => string.CompareOrdinal(left, right) < 0;
    }

    /// <summary>The events of the period, newest first: at least those that the filter selects.</summary>
    public IAsyncEnumerable<UsageEvent> EventsAsync(
        UserId user,
        Period period,
        EventFilter filter,
        CancellationToken cancellation
    ) =>
        period
            .ByMonth()
            .ToAsyncEnumerable()
            .SelectMany(part =>
                table.QueryAsync(
                    MonthRows.FilterOf(user.MonthPartition(part.Month), MonthRows.EventsOf(part))
                        + filter.ToConditions(out _),
                    cancellation
                )
            )
            .Select(EventRow.Read);

    /// <summary>The totals by day, provider, model and stored key, of days in one month.</summary>
    public async IAsyncEnumerable<(DateOnly Day, Provider Provider, string Model, Totals Totals)> DaysAsync(
        UserId user,
        Period part,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var filter = MonthRows.FilterOf(user.MonthPartition(part.Month), MonthRows.Days(part.First, part.Last));
        await foreach (var row in table.QueryAsync(filter, cancellation))
        {
            var (day, provider, model, _) = MonthRows.ParseDayKey(row.RowKey);
            yield return (day, Provider.Find(provider)!, model, Totals.Read(row));
        }
    }

    /// <summary>A month's totals by conversation, agent or token, in the order of their ids.</summary>
    public IAsyncEnumerable<TotalsRow> TotalsAsync(
        UserId user,
        Month month,
        string kind,
        CancellationToken cancellation
    ) => RowsAsync(user, month, MonthRows.Kind(kind), cancellation).Select(TotalsRow.Read);

    /// <summary>A month's totals by the id of the token.</summary>
    public async Task<IReadOnlyDictionary<string, TotalsRow>> FindTotalsByTokenAsync(
        UserId user,
        Month month,
        CancellationToken cancellation
    ) =>
        await RowsAsync(user, month, MonthRows.Tokens, cancellation)
            .Select(TotalsRow.Read)
            .ToDictionaryAsync(row => MonthRows.TokenOf(row.Key), StringComparer.Ordinal, cancellation);

    /// <summary>The thresholds recorded in a month, for every budget that it has had.</summary>
    public async Task<IReadOnlyList<ThresholdAlert>> ListThresholdsAsync(
        UserId user,
        Month month,
        CancellationToken cancellation
    ) =>
        await RowsAsync(user, month, MonthRows.Thresholds, cancellation)
            .Select(ThresholdAlert.Read)
            .ToListAsync(cancellation);

    /// <summary>All alerts recorded in a month: the retirements of models, then the thresholds.</summary>
    public async Task<IReadOnlyList<Alert>> ListAlertsAsync(UserId user, Month month, CancellationToken cancellation) =>
        await RowsAsync(user, month, MonthRows.Alerts, cancellation).Select(Alert.ReadAny).ToListAsync(cancellation);

    /// <summary>
    /// The rows that a recount of the month needs, in the order of their keys. If the ledger's ETag is the same before
    /// and after, no other row has changed.
    /// </summary>
    public async IAsyncEnumerable<TableEntity> ListRecountRowsAsync(
        UserId user,
        Month month,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var row in RowsAsync(user, month, MonthRows.RecountRows, cancellation))
        {
            yield return row;
        }
        await foreach (var row in RowsAsync(user, month, MonthRows.Tokens, cancellation))
        {
            yield return row;
        }
    }

    private IAsyncEnumerable<TableEntity> RowsAsync(
        UserId user,
        Month month,
        (string From, string Before) rows,
        CancellationToken cancellation
    ) => table.QueryAsync(MonthRows.FilterOf(user.MonthPartition(month), rows), cancellation);
}
