using MyCoach.Catalogue;

namespace MyCoach.Usage;

/// <summary>
/// Ranks a month's conversations or agents by cost. It reads all their rows, because rows are not sorted by cost. The
/// work grows with the number of ids, not of calls.
/// </summary>
internal static class Ranking
{
    public static async Task<SummaryView> GetAsync(
        RankingQuery query,
        (PicoUsd Cost, string Id)? after,
        int limit,
        UsageReading reading
    )
    {
        var deletions =
            query.Kind == "conversation"
                ? await reading.Conversations.ListDeletedConversationsAsync(query.User, reading.Cancellation)
                : null;
        var groups = await reading
            .Table.TotalsAsync(query.User, query.Month, query.Kind, reading.Cancellation)
            .Select(row => (Id: row.Key[(query.Kind.Length + 1)..], row.Totals, row.Generation))
            .Where(group => deletions?.Covers(group.Id, group.Generation) != true)
            .ToListAsync(reading.Cancellation);
        // Read the totals after the groups, so that they include every event that the groups include.
        var totals =
            (await reading.Table.FindLedgerAsync(query.User, query.Month, reading.Cancellation))?.Totals ?? default;

        var rest = groups
            .OrderByDescending(group => group.Totals.Cost)
            .ThenBy(group => group.Id, StringComparer.Ordinal)
            .Where(group => after is not var (cost, id) || IsAfter(group.Totals.Cost, group.Id, cost, id))
            .Take(limit + 1)
            .ToArray();
        var page = rest.Take(limit).ToArray();
        var other = page.Aggregate(totals, (left, group) => left - group.Totals);
        return new SummaryView(
            DateOnly.FromDateTime(query.Month.Start.UtcDateTime),
            DateOnly.FromDateTime(query.Month.End.UtcDateTime).AddDays(-1),
            TotalsView.Of(totals),
            [.. page.Select(group => new GroupView(group.Id, group.Totals))],
            TotalsView.Of(other),
            rest.Length > limit ? query.WriteCursor((page[^1].Totals.Cost, page[^1].Id)) : null
        );
    }

    private static bool IsAfter(PicoUsd cost, string id, PicoUsd lastCost, string lastId) =>
        cost < lastCost || (cost == lastCost && string.CompareOrdinal(id, lastId) > 0);
}
