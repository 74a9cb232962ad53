namespace MyCoach.Billing;

/// <summary>A day's bill, put together from its sources.</summary>
/// <param name="IsBilled">Whether the costs are reported. Usage is reported earlier.</param>
internal sealed record ReadDay(BillDay Bill, bool IsBilled);

/// <summary>Chooses among the sources of each day: the provider's API if it was read, else the exports of the console.</summary>
internal static class DayChoice
{
    public static IReadOnlyList<ReadDay> Of(IEnumerable<BillDay> stored, DateTimeOffset now) =>
        [
            .. stored
                .GroupBy(day => (day.Provider, day.Day))
                .Select(sources => Merge([.. sources.OrderBy(day => day.Source)]))
                .Where(day => day.Day <= DateOnly.FromDateTime(now.UtcDateTime))
                .Select(day => new ReadDay(day, IsBilled(day))),
        ];

    private static BillDay Merge(IReadOnlyList<BillDay> sources)
    {
        var first = sources[0];
        return first.Source == BillSource.CostCsv && sources.Count > 1
            ? first with
            {
                Lines = first.Lines with { Usage = sources[1].Lines.Usage },
            }
            : first;
    }

    // The bill of an open day still grows. A day whose use was free has no costs either.
    private static bool IsBilled(BillDay day) =>
        day.Source != BillSource.UsageCsv
        && day.Status != DayStatus.Open
        && (day.Lines.Costs.Count > 0 || day.Status == DayStatus.Final || day.Lines.Usage.All(use => use.IsFree));
}
