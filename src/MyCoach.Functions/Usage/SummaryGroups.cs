using System.Globalization;
using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;

namespace MyCoach.Usage;

/// <summary>
/// Groups totals by model, provider or day. All names of a model that the catalogue knows are one group, and models of
/// two providers never are.
/// </summary>
/// <param name="groupBy">Null groups by model.</param>
internal sealed class SummaryGroups(string? groupBy, ModelCatalogue catalogue)
{
    // More than the names that the catalogue and ModelNames allow in a month, and than the days of a range.
    private const int MaxGroups = 500;

    private readonly Dictionary<(Provider? Provider, string Name), Totals> groups = [];
    private Totals sum;

    public void Add(DateOnly day, Provider provider, string model, Totals totals)
    {
        var group = groupBy switch
        {
            "day" => (null, day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            "provider" => (provider, provider.Id),
            GroupQuery.ServedModel => (provider, model),
            _ => ((Provider?)provider, catalogue.NameOf(provider, model)),
        };
        groups[group] = groups.GetValueOrDefault(group) + totals;
        sum += totals;
    }

    public SummaryView ToView(Period period)
    {
        var providers = groups.Keys.ToLookup(group => group.Name);
        var named = groups
            .Where(group => !group.Value.IsEmpty)
            .Select(group =>
                (
                    Key: KeyOf(group.Key, isShared: providers[group.Key.Name].Count() > 1),
                    group.Key.Provider,
                    Totals: group.Value
                )
            );
        // Days by date, other groups by cost, highest first.
        var ordered =
            groupBy == "day"
                ? named.OrderBy(group => group.Key, StringComparer.Ordinal)
                : named
                    .OrderByDescending(group => group.Totals.Cost)
                    .ThenBy(group => group.Key, StringComparer.Ordinal);
        var listed = ordered.Take(MaxGroups).ToArray();
        var other = listed.Aggregate(sum, (left, group) => left - group.Totals);
        return new SummaryView(
            period.First,
            period.Last,
            TotalsView.Of(sum),
            [.. listed.Select(group => new GroupView(group.Key, group.Provider?.Id, group.Totals))],
            listed.Length < groups.Count && other != default ? TotalsView.Of(other) : null
        );
    }

    private string KeyOf((Provider? Provider, string Name) group, bool isShared) =>
        isShared && catalogue.Find(group.Provider!, group.Name) is null
            ? $"{group.Provider!.Id}/{group.Name}"
            : group.Name;
}
