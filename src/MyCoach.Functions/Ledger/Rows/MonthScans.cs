using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// Scans the user-month partitions for maintenance: across all months of a user, or across the months of all users.
/// </summary>
internal sealed class MonthScans(UserTables tables)
{
    private readonly UserTable table = tables.Usage;

    /// <summary>
    /// The months of all users up to <paramref name="through"/> whose events are not removed yet, starting at a
    /// partition.
    /// </summary>
    public async IAsyncEnumerable<(UserId User, Month Month)> ListMonthsWithEventsAsync(
        Month through,
        string from,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (
            var row in table.QueryAsync(
                TableClient.CreateQueryFilter($"PartitionKey ge {from} and RowKey eq {MonthRows.LedgerKey}"),
                cancellation
            )
        )
        {
            var (user, month) = UserId.ParseMonthPartition(row.PartitionKey);
            if (month.Start <= through.Start && row.GetString(nameof(MonthLedger.Removal)) != nameof(EventRemoval.Done))
            {
                yield return (user, month);
            }
        }
    }

    /// <summary>The months of all users from <paramref name="first"/> on, starting at a partition.</summary>
    public IAsyncEnumerable<(UserId User, Month Month)> ListMonthsFromAsync(
        Month first,
        string from,
        CancellationToken cancellation
    ) =>
        table
            .QueryAsync(
                TableClient.CreateQueryFilter($"PartitionKey ge {from} and RowKey eq {MonthRows.LedgerKey}"),
                cancellation
            )
            .Select(row => UserId.ParseMonthPartition(row.PartitionKey))
            .Where(found => found.Month.Start >= first.Start);

    /// <summary>The calls without a price in a month, by user, day and model.</summary>
    public IAsyncEnumerable<(UserId User, Provider Provider, string Model, long Requests)> ListUnpricedAsync(
        Month month,
        CancellationToken cancellation
    )
    {
        var days = Period.Of(month);
        var (from, before) = MonthRows.Days(days.First, days.Last);
        return table
            .QueryAsync(
                TableClient.CreateQueryFilter($"RowKey ge {from} and RowKey lt {before} and UnpricedRequests gt {0L}"),
                cancellation
            )
            .Select(row =>
            {
                var (_, provider, model, _) = MonthRows.ParseDayKey(row.RowKey);
                return (
                    UserId.ParseMonthPartition(row.PartitionKey).User,
                    Provider.Find(provider)!,
                    model,
                    Totals.Read(row).UnpricedRequests
                );
            });
    }

    /// <summary>
    /// The keys of a month's events, each followed by the key of its mark if it has one, and then of the marks without an event. A
    /// group fits into one transaction.
    /// </summary>
    public async IAsyncEnumerable<IReadOnlyList<string>> ListEventAndMarkKeysAsync(
        UserId user,
        Month month,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        await foreach (var events in RowsAsync(user, month, MonthRows.Events, cancellation).GroupedAsync(cancellation))
        {
            foreach (var half in events.Chunk(EntityGroupTransaction.MaxOperations / 2))
            {
                yield return [.. half.SelectMany(row => MonthRows.KeysOf(row.RowKey))];
            }
        }
        await foreach (var marks in RowsAsync(user, month, MonthRows.Marks, cancellation).GroupedAsync(cancellation))
        {
            yield return [.. marks.Select(row => row.RowKey)];
        }
    }

    /// <summary>The user's first month; null if the user has no rows.</summary>
    public async Task<Month?> FindFirstMonthAsync(UserId user, CancellationToken cancellation)
    {
        string? continuation = null;
        do
        {
            var page =
                await table.QueryPageAsync(InAnyMonth(user), maxRows: 1, continuation, cancellation)
                ?? throw new StorageUnavailableException("The table service rejected its own continuation token.");
            if (page.Values is [var row, ..])
            {
                return UserId.ParseMonthPartition(row.PartitionKey).Month;
            }
            continuation = page.ContinuationToken;
        } while (continuation is not null);
        return null;
    }

    /// <summary>
    /// A page of a user's events with a conversation and of the totals of conversations, in any month. Null if the
    /// service rejects the continuation.
    /// </summary>
    public Task<Page<TableEntity>?> ListConversationRowsAsync(
        UserId user,
        string? continuation,
        CancellationToken cancellation
    )
    {
        var ((from, before), (_, last)) = (MonthRows.Kind("conversation"), MonthRows.Events);
        return table.QueryPageAsync(
            InAnyMonth(user)
                + TableClient.CreateQueryFilter(
                    $" and RowKey ge {from} and RowKey lt {last} and (RowKey lt {before} or ConversationId gt '')"
                ),
            maxRows: null,
            continuation,
            cancellation
        );
    }

    private IAsyncEnumerable<TableEntity> RowsAsync(
        UserId user,
        Month month,
        (string From, string Before) rows,
        CancellationToken cancellation
    ) => table.QueryAsync(MonthRows.FilterOf(user.MonthPartition(month), rows), cancellation);

    private static string InAnyMonth(UserId user) =>
        TableClient.CreateQueryFilter(
            $"PartitionKey ge {user.FirstMonthPartition} and PartitionKey le {user.LastMonthPartition}"
        );
}
