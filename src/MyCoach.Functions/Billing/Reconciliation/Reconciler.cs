using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Billing;

/// <summary>Compares a user's bills with the ledger.</summary>
internal sealed class Reconciler(BillsTable bills, MonthTable months, PriceBook prices, TimeProvider clock)
{
    /// <summary>The events that a comparison reads at most.</summary>
    public const int MaxEvents = 500_000;

    /// <summary>Null if there are too many events.</summary>
    public async Task<Reconciled?> CompareAsync(
        UserId user,
        Period days,
        IReadOnlyList<Provider> providers,
        CancellationToken cancellation
    )
    {
        var accounts = new Dictionary<Provider, BillingAccount>();
        foreach (var provider in providers)
        {
            accounts[provider] = await bills.GetAccountAsync(user, provider, cancellation);
        }
        var stored = await bills.ListAsync(user, days, provider: null, cancellation).ToListAsync(cancellation);
        var read = DayChoice.Of(stored.Where(day => accounts.ContainsKey(day.Provider)), clock.GetUtcNow());
        var comparison = new Comparison(prices.Current, accounts);
        var removed = await RemovedAsync(user, days, cancellation);
        foreach (var day in read.Where(day => day.IsBilled && !removed.Contains(Month.Of(day.Bill.Day))))
        {
            comparison.Add(day.Bill);
        }
        var count = 0;
        await foreach (var usageEvent in months.EventsAsync(user, days, FilterOf(providers), cancellation))
        {
            if (++count > MaxEvents)
            {
                return null;
            }
            comparison.Add(usageEvent);
        }
        var invoices = days.IsMonth
            ? await bills.ListInvoicesAsync(user, days.Month, cancellation)
            : new Dictionary<Provider, PicoUsd>();
        return new Reconciled(days, comparison, read, accounts, invoices) { HasRemoved = removed.Count > 0 };
    }

    private static EventFilter FilterOf(IReadOnlyList<Provider> providers) =>
        new() { Providers = providers.Count == 1 ? [providers[0].Id] : [] };

    // Months whose events the retention has removed, so that nothing is left to compare.
    private async Task<HashSet<Month>> RemovedAsync(UserId user, Period days, CancellationToken cancellation)
    {
        var removed = new HashSet<Month>();
        foreach (var part in days.ByMonth())
        {
            if (await months.FindLedgerAsync(user, part.Month, cancellation) is { Removal: not EventRemoval.None })
            {
                removed.Add(part.Month);
            }
        }
        return removed;
    }
}

/// <summary>A comparison, with what it is of.</summary>
internal sealed record Reconciled(
    Period Days,
    Comparison Comparison,
    IReadOnlyList<ReadDay> Read,
    IReadOnlyDictionary<Provider, BillingAccount> Accounts,
    IReadOnlyDictionary<Provider, PicoUsd> Invoices
)
{
    public IReadOnlyDictionary<CellKey, Cell> Cells => Comparison.Cells;

    /// <summary>Whether the retention has removed the events of some days, which are not compared.</summary>
    public bool HasRemoved { get; init; }
}
