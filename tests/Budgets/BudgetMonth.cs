using Azure.Data.Tables;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Budgets;

/// <summary>The stored month of a schedule's user, and how much may be spent and reserved in it.</summary>
internal sealed class BudgetMonth(FaultyInstances instances, string name)
{
    private static readonly string TokenKey = MonthRows.TokenKey(BudgetCall.Token);

    private readonly Lock gate = new();
    private PicoUsd? limit;

    public UserId User { get; } = UserId.TryCreate(name)!;

    public Month Month { get; } = Month.Of(instances.Apps[0].Clock.GetUtcNow());

    /// <summary>A budget came into force: what is spent and reserved already may be more.</summary>
    public void LimitTo(MonthLedger ledger)
    {
        lock (gate)
        {
            limit = LimitOf(ledger);
        }
    }

    /// <summary>A call that no budget held cost so much.</summary>
    public void Exceed(PicoUsd cost)
    {
        lock (gate)
        {
            limit = limit is { } most ? most + cost : null;
        }
    }

    /// <summary>Compares the ledger with the rows that it sums up, and with the limit.</summary>
    public async Task ObserveAsync()
    {
        var rows = await RowsAsync();
        var ledger = MonthLedger.Read(rows.Single(row => row.RowKey == MonthRows.LedgerKey));
        var reservations = rows.Where(row => row.RowKey.StartsWith("reservation_", StringComparison.Ordinal))
            .Select(Reservation.Read)
            .ToArray();
        var events = rows.Where(row => MonthRows.IsEvent(row.RowKey)).Select(EventRow.Read).ToArray();
        Assert.Equal(Totals.Of(events), ledger.Totals);
        Assert.Equal(
            (reservations.Length, Sum(reservations.Select(reservation => reservation.Amount))),
            (ledger.Reservations, ledger.Reserved)
        );
        var ofToken = rows.Where(row => row.RowKey == TokenKey).Select(TotalsRow.Read).SingleOrDefault();
        Assert.Equal(Totals.Of(events.Where(usage => usage.TokenId is not null)), ofToken?.Totals ?? default);
        Assert.Equal(
            Sum(reservations.Where(held => held.HeldEvent.TokenId is not null).Select(held => held.Amount)),
            ofToken?.Reserved ?? PicoUsd.Zero
        );
        Assert.True(SumOf(ofToken) <= PicoUsd.OfCents(BudgetCall.TokenCents), $"the token has used {SumOf(ofToken)}");
        Assert.Equal(
            events.Length,
            events
                .Select(usage => usage.CallerId)
                .Concat(reservations.Select(reservation => reservation.HeldEvent.CallerId))
                .Distinct()
                .Count() - reservations.Length
        );
        lock (gate)
        {
            if (limit is { } most)
            {
                Assert.True(
                    ledger.Spent + ledger.Reserved <= most,
                    $"{ledger.Spent} spent and {ledger.Reserved} reserved of {most}"
                );
                limit = LimitOf(ledger);
            }
        }
    }

    /// <summary>Compares every answer about the month with what is stored, once the storage works again.</summary>
    public async Task BalancesAsync()
    {
        using var caller = instances.Apps[0].As(name);
        await LedgerCheck.BalancesAsync(caller, await RowsAsync(), User.MonthPartition(Month));
    }

    // One read of the whole partition is one state of it.
    public async Task<IReadOnlyList<TableEntity>> RowsAsync() =>
        await instances
            .Apps[0]
            .Table("Usage")
            .QueryAsync<TableEntity>(
                $"PartitionKey eq '{User.MonthPartition(Month)}'",
                1000,
                cancellationToken: TestContext.Current.CancellationToken
            )
            .ToListAsync(TestContext.Current.CancellationToken);

    public async Task<MonthLedger> LedgerAsync() =>
        MonthLedger.Read((await RowsAsync()).Single(row => row.RowKey == MonthRows.LedgerKey));

    /// <summary>The ledger, and what the token's calls have spent and hold.</summary>
    public async Task<(MonthLedger Ledger, PicoUsd OfToken)> SumsAsync()
    {
        var rows = await RowsAsync();
        return (
            MonthLedger.Read(rows.Single(row => row.RowKey == MonthRows.LedgerKey)),
            SumOf(rows.Where(row => row.RowKey == TokenKey).Select(TotalsRow.Read).SingleOrDefault())
        );
    }

    private static PicoUsd SumOf(TotalsRow? row) => row is null ? PicoUsd.Zero : row.Totals.Cost + row.Reserved;

    private static PicoUsd? LimitOf(MonthLedger ledger) =>
        ledger.Budget is { } budget ? PicoUsd.Max(budget, ledger.Spent + ledger.Reserved) : null;

    private static PicoUsd Sum(IEnumerable<PicoUsd> amounts) =>
        amounts.Aggregate(PicoUsd.Zero, (sum, amount) => sum + amount);
}
