using MyCoach.Catalogue;
using MyCoach.Ledger;

namespace MyCoach.Usage;

/// <summary>
/// Ranks a month's conversations, agents or tokens by cost. Rows are not sorted by cost, so it reads them all, up to a limit,
/// and keeps only those of the page. The work grows with the number of ids, not of calls.
/// </summary>
internal static class Ranking
{
    /// <summary>The number of ids, in their order, that a ranking considers. The rest is in <c>other</c>.</summary>
    public const int MaxIds = 10_000;

    private static readonly Comparer<(string Id, Totals Totals)> DearestFirst = Comparer<(
        string Id,
        Totals Totals
    )>.Create(
        (left, right) =>
            right.Totals.Cost.CompareTo(left.Totals.Cost) is not 0 and var byCost
                ? byCost
                : string.CompareOrdinal(left.Id, right.Id)
    );

    public static async Task<SummaryView> GetAsync(
        RankingQuery query,
        (PicoUsd Cost, string Id)? after,
        int limit,
        UsageReading reading
    )
    {
        var (ranked, sum) = await RankAsync(query, after, limit + 1, reading);
        // Read the totals after the groups, so that they include every event that the groups include.
        var totals =
            query.Ids.Count > 0
                ? sum
                : (await reading.Table.FindLedgerAsync(query.User, query.Month, reading.Cancellation))?.Totals
                    ?? default;

        var page = ranked.Take(limit).ToArray();
        var other = page.Aggregate(totals, (left, group) => left - group.Totals);
        return new SummaryView(
            DateOnly.FromDateTime(query.Month.Start.UtcDateTime),
            DateOnly.FromDateTime(query.Month.End.UtcDateTime).AddDays(-1),
            TotalsView.Of(totals),
            [.. page.Select(group => new GroupView(group.Id, provider: null, group.Totals))],
            TotalsView.Of(other),
            ranked.Count > limit ? query.WriteCursor((page[^1].Totals.Cost, page[^1].Id)) : null
        );
    }

    /// <summary>
    /// The most expensive groups after a position, at most <paramref name="count"/>, and the sum of all groups.
    /// </summary>
    private static async Task<(SortedSet<(string Id, Totals Totals)> Ranked, Totals Sum)> RankAsync(
        RankingQuery query,
        (PicoUsd Cost, string Id)? after,
        int count,
        UsageReading reading
    )
    {
        var deletions =
            query.Kind == "conversation"
                ? await reading.Conversations.ListDeletedConversationsAsync(query.User, reading.Cancellation)
                : null;
        var groups = RowsOf(query, reading)
            .Select(row => (Id: row.Key[(query.Kind.Length + 1)..], row.Totals, row.Generation))
            .Where(group => deletions?.Covers(group.Id, group.Generation) != true);
        var (ranked, sum) = (new SortedSet<(string Id, Totals Totals)>(DearestFirst), default(Totals));
        await foreach (var (id, totals, _) in groups)
        {
            sum += totals;
            if (!totals.IsEmpty && (after is not var (cost, last) || IsAfter(totals.Cost, id, cost, last)))
            {
                ranked.Add((id, totals));
                if (ranked.Count > count)
                {
                    ranked.Remove(ranked.Max);
                }
            }
        }
        return (ranked, sum);
    }

    private static IAsyncEnumerable<TotalsRow> RowsOf(RankingQuery query, UsageReading reading) =>
        query.Ids.Count == 0
            ? reading.Table.TotalsAsync(query.User, query.Month, query.Kind, reading.Cancellation).Take(MaxIds)
            : query
                .Ids.Distinct()
                .ToAsyncEnumerable()
                .Select(
                    async (string id, CancellationToken cancellation) =>
                        await reading.Table.FindTotalsAsync(query.User, query.Month, $"{query.Kind}_{id}", cancellation)
                )
                .Where(row => row.Totals != default);

    private static bool IsAfter(PicoUsd cost, string id, PicoUsd lastCost, string lastId) =>
        cost < lastCost || (cost == lastCost && string.CompareOrdinal(id, lastId) > 0);
}
