using MyCoach.Catalogue;
using MyCoach.Ledger;
using MyCoach.Providers;

namespace MyCoach.Usage;

/// <summary>
/// Groups totals by model, provider, agent, token or day, or by day and one of the others. All names of a model that the
/// catalogue knows are one group, and models of two providers never are.
/// </summary>
internal sealed class SummaryGroups(Grouping grouping, ModelCatalogue catalogue)
{
    // More than the names that the catalogue and ModelNames allow in a month, and than the days of a range.
    private const int MaxGroups = 500;

    // More than a month of days with 60 models each.
    private const int MaxGroupsOfDays = 2_000;

    private readonly Dictionary<GroupKey, Totals> groups = [];
    private Totals sum;

    /// <param name="usageEvent">The call; null if the grouping does not need it.</param>
    public void Add(DateOnly day, Provider provider, string model, UsageEvent? usageEvent, Totals totals)
    {
        sum += totals;
        if (KeyOf(provider, model, usageEvent) is not var (owner, name))
        {
            return;
        }
        var group = new GroupKey(grouping.ByDay ? day : null, owner, name);
        groups[group] = groups.GetValueOrDefault(group) + totals;
    }

    public SummaryView ToView(Period period)
    {
        var visible = groups.Where(group => !group.Value.IsEmpty).ToArray();
        var owners = visible
            .Select(group => (group.Key.Provider, group.Key.Name))
            .Distinct()
            .ToLookup(group => group.Name);
        // The most expensive ones, except of days alone, which are never too many.
        var listed = visible
            .Select(group => ViewOf(group.Key, group.Value, isShared: owners[group.Key.Name].Count() > 1))
            .OrderByDescending(group => group.Totals.Cost)
            .ThenBy(group => group.View.Key, StringComparer.Ordinal)
            .Take(grouping is { ByDay: true, Key: not null } ? MaxGroupsOfDays : MaxGroups)
            .ToArray();
        var other = listed.Aggregate(sum, (left, group) => left - group.Totals);
        return new SummaryView(
            period.First,
            period.Last,
            TotalsView.Of(sum),
            // A stable sort: the groups of a day stay in the order of their costs.
            [
                .. (grouping.ByDay ? listed.OrderBy(group => group.Day) : listed.AsEnumerable()).Select(group =>
                    group.View
                ),
            ],
            other == default ? null : TotalsView.Of(other)
        );
    }

    // Null if the grouping has no group for it.
    private (Provider? Provider, string Name)? KeyOf(Provider provider, string model, UsageEvent? usageEvent) =>
        grouping.Key switch
        {
            null => (null, ""),
            Grouping.Provider => (provider, provider.Id),
            Grouping.ServedModel => (provider, model),
            Grouping.Agent => usageEvent?.AgentId is { } agent ? (null, agent) : null,
            Grouping.Token => usageEvent?.TokenId is { } token ? (null, token) : null,
            _ => (provider, catalogue.NameOf(provider, model)),
        };

    private (DateOnly? Day, Totals Totals, GroupView View) ViewOf(GroupKey group, Totals totals, bool isShared)
    {
        var name =
            isShared && catalogue.Find(group.Provider!, group.Name) is null
                ? $"{group.Provider!.Id}/{group.Name}"
                : group.Name;
        return (
            group.Day,
            totals,
            grouping.Key is null
                ? new GroupView($"{group.Day:yyyy-MM-dd}", provider: null, totals)
                : new GroupView(name, group.Provider?.Id, totals) { Day = group.Day }
        );
    }

    private readonly record struct GroupKey(DateOnly? Day, Provider? Provider, string Name);
}
