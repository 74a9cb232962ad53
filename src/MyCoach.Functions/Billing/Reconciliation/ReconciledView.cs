using System.Globalization;

namespace MyCoach.Billing;

/// <summary>Makes the answer of a comparison.</summary>
internal static class ReconciledView
{
    public const string ByDay = "day";
    public const string ByModel = "model";
    public const string ByKey = "key";

    // More than the days of both providers, and than the models of a month.
    private const int MaxGroups = 2_000;

    public static ReconciliationView Of(Reconciled reconciled, string groupBy, DateTimeOffset now)
    {
        var sum = CellSum.Of(reconciled.Cells.Values);
        return new ReconciliationView(
            reconciled.Days.First,
            reconciled.Days.Last,
            groupBy,
            ReconciliationText.Summary(reconciled, sum),
            DifferenceView.Of(sum),
            GroupsOf(reconciled, groupBy),
            [
                .. reconciled
                    .Accounts.Values.OrderBy(account => account.Provider.Id)
                    .Select(account => ProviderOf(reconciled, account, now)),
            ],
            ReconciliationText.Notes(reconciled)
        );
    }

    private static IReadOnlyList<ReconciledGroupView> GroupsOf(Reconciled reconciled, string groupBy)
    {
        var statuses = reconciled.Read.ToDictionary(
            day => (day.Bill.Provider, DayText(day.Bill.Day)),
            day => day.Bill.Status
        );
        var groups = reconciled
            .Cells.GroupBy(cell => (cell.Key.Provider, Key: KeyOf(cell.Key, groupBy)))
            .Select(group => (group.Key, Sum: CellSum.Of(group.Select(cell => cell.Value))));
        return
        [
            .. (
                groupBy == ByDay
                    ? groups.OrderBy(group => group.Key.Key, StringComparer.Ordinal)
                    : groups.OrderByDescending(group => Math.Abs(group.Sum.Difference.Usd))
            )
                .ThenBy(group => group.Key.Provider.Id, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Key, StringComparer.Ordinal)
                .Take(MaxGroups)
                .Select(group => new ReconciledGroupView(
                    group.Key.Key,
                    group.Key.Provider.Id,
                    groupBy == ByDay ? statuses.GetValueOrDefault((group.Key.Provider, group.Key.Key!)) : null,
                    group.Sum
                )),
        ];
    }

    private static string? KeyOf(CellKey cell, string groupBy) =>
        groupBy switch
        {
            ByDay => DayText(cell.Day),
            ByModel => cell.Name,
            _ => cell.KeyId,
        };

    private static ReconciledProviderView ProviderOf(Reconciled reconciled, BillingAccount account, DateTimeOffset now)
    {
        var read = reconciled.Read.Where(day => day.Bill.Provider == account.Provider).ToArray();
        var billed = read.Where(day => day.IsBilled).ToArray();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        return new ReconciledProviderView(
            account.Provider.Id,
            BillingView.ScopeOf(account),
            [.. read.Select(day => day.Bill.Source == BillSource.Api ? "api" : "csv").Distinct().Order()],
            reconciled.Days.Days.Count(day => day <= today),
            billed.Length,
            billed.Count(day => day.Bill.Status == DayStatus.Final),
            read.Length == 0 ? null : read.Max(day => day.Bill.ReadAt),
            reconciled.Comparison.Other.GetValueOrDefault(account.Provider).Usd,
            reconciled.Invoices.TryGetValue(account.Provider, out var invoice) ? invoice.Usd : null
        );
    }

    private static string DayText(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
