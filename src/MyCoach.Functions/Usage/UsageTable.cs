using Azure;
using Azure.Data.Tables;
using MyCoach.Auth;
using MyCoach.Budgets;
using MyCoach.Providers;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>Which events of a month a caller wants to see; null is every one.</summary>
internal sealed record EventFilter(Month Month, string? Provider, string? Model, string? ConversationId);

/// <summary>Reads the user-month partitions; <see cref="UsageRecorder"/> and the budget write them.</summary>
internal sealed class UsageTable(TableSource storage)
{
    private readonly LazyTable table = storage.Table("Usage");

    public async Task<Ledger?> FindLedgerAsync(UserId user, Month month, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), UsageRows.Ledger, cancellation) is { } row ? Ledger.Read(row) : null;

    public async Task<UsageEvent?> FindEventAsync(UserId user, Month month, string callerId, CancellationToken cancellation) =>
        await FindMarkAsync(user, month, callerId, cancellation) is { } mark ? await GetEventAsync(user, month, mark, cancellation) : null;

    /// <summary>The idempotency mark of an event: where the event is and which commit wrote it.</summary>
    public async Task<Mark?> FindMarkAsync(UserId user, Month month, string callerId, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), UsageRows.MarkKey(callerId), cancellation) is { } row
            ? new Mark(row.GetString("Event"), row.GetString("CommitId"))
            : null;

    public async Task<UsageEvent> GetEventAsync(UserId user, Month month, Mark mark, CancellationToken cancellation) =>
        await table.FindAsync(user.MonthPartition(month), mark.EventKey, cancellation) is { } row
            ? UsageRows.ReadEvent(row)
            : throw new InvalidOperationException("A mark stands without its event.");

    public async Task<(Totals Totals, ETag? ETag)> FindDayAsync(
        UserId user,
        DateOnly day,
        Provider provider,
        string model,
        CancellationToken cancellation
    )
    {
        var row = await table.FindAsync(user.MonthPartition(new Month(day.Year, day.Month)), UsageRows.DayKey(day, provider, model), cancellation);
        return row is null ? (default, null) : (Totals.Read(row), row.ETag);
    }

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
        var (from, before) = UsageRows.Events;
        var query = TableClient.CreateQueryFilter($"PartitionKey eq {user.MonthPartition(filter.Month)} and RowKey ge {from} and RowKey lt {before}");
        query += filter.Provider is { } provider ? TableClient.CreateQueryFilter($" and Provider eq {provider}") : "";
        query += filter.Model is { } model ? TableClient.CreateQueryFilter($" and Model eq {model}") : "";
        query += filter.ConversationId is { } conversation ? TableClient.CreateQueryFilter($" and ConversationId eq {conversation}") : "";
        var page = await table.QueryPageAsync(query, most, continuation, cancellation);
        return page is null ? null : ([.. page.Values.Select(UsageRows.ReadEvent)], page.ContinuationToken);
    }

    /// <summary>The totals of a month's days, by provider and model.</summary>
    public async IAsyncEnumerable<(DateOnly Day, string Provider, string Model, Totals Totals)> DaysAsync(
        UserId user,
        DateOnly from,
        DateOnly to,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var (first, before) = UsageRows.Days(from, to);
        var partition = user.MonthPartition(new Month(from.Year, from.Month));
        await foreach (
            var row in table.QueryAsync(
                TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {first} and RowKey lt {before}"),
                cancellation
            )
        )
        {
            var (day, provider, model) = UsageRows.ParseDayKey(row.RowKey);
            yield return (day, provider, model, Totals.Read(row));
        }
    }

    /// <summary>The thresholds recorded in a month, of every budget it has had.</summary>
    public async Task<IReadOnlyList<Alert>> ListAlertsAsync(UserId user, Month month, CancellationToken cancellation)
    {
        var (from, before) = UsageRows.Thresholds;
        var alerts = new List<Alert>();
        await foreach (
            var row in table.QueryAsync(
                TableClient.CreateQueryFilter($"PartitionKey eq {user.MonthPartition(month)} and RowKey ge {from} and RowKey lt {before}"),
                cancellation
            )
        )
        {
            alerts.Add(Alert.Read(row));
        }
        return alerts;
    }

    public Task<ETag?> TryWriteAsync(TableEntity row, ETag? read, CancellationToken cancellation) => table.TryWriteAsync(row, read, cancellation);

    public Task<TransactionOutcome> SubmitAsync(EntityGroupTransaction transaction, CancellationToken cancellation) =>
        table.SubmitAsync(transaction, cancellation);
}

/// <param name="EventKey">The row key of the event.</param>
internal sealed record Mark(string EventKey, string CommitId);
