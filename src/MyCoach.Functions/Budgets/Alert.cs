using System.Globalization;
using Azure.Data.Tables;

namespace MyCoach.Budgets;

/// <summary>A threshold of a budget that the month's spend has reached. The pair is recorded once a month.</summary>
/// <param name="IsSilent">The spend had reached it already when this budget came into force: nothing was crossed.</param>
internal sealed record Alert(long BudgetCents, int Percent, DateTimeOffset CrossedAt, bool IsSilent)
{
    public string RowKey => string.Create(CultureInfo.InvariantCulture, $"threshold_{BudgetCents:D12}_{Percent:D3}");

    public TableEntity Write(string partition) => new(partition, RowKey) { [nameof(CrossedAt)] = CrossedAt, [nameof(IsSilent)] = IsSilent };

    public static Alert Read(TableEntity row)
    {
        var parts = row.RowKey.Split('_');
        return new Alert(
            long.Parse(parts[1], CultureInfo.InvariantCulture),
            int.Parse(parts[2], CultureInfo.InvariantCulture),
            row.GetDateTimeOffset(nameof(CrossedAt))!.Value,
            row.GetBoolean(nameof(IsSilent))!.Value
        );
    }
}
