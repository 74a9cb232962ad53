using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <param name="Kind">The kind of group: <c>conversation</c> or <c>agent</c>.</param>
internal sealed record RankingQuery(UserId User, Month Month, string Kind)
{
    private string Binding => $"{User.Key}\n{Month}\n{Kind}";

    /// <summary>The last group of the previous page; null for the first page.</summary>
    public (PicoUsd Cost, string Id)? ReadCursor(string? cursor, FieldErrors errors)
    {
        if (Paging.ReadCursor(cursor, Binding, errors) is not { } position)
        {
            return null;
        }
        if (position.Split('\n') is [var text, var id] && PicoUsd.TryParse(text) is { } cost)
        {
            return (cost, id);
        }
        errors.Add("cursor", Paging.InvalidCursorMessage);
        return null;
    }

    public string WriteCursor((PicoUsd Cost, string Id) last) => Cursor.Write($"{last.Cost}\n{last.Id}", Binding);
}

/// <summary>
/// Ranks a month's conversations or agents by cost. It reads all their rows, because rows are not sorted by cost. The work grows with the number of
/// ids, not of calls.
/// </summary>
internal static class Ranking
{
    public static async Task<SummaryView> GetAsync(
        RankingQuery query,
        (PicoUsd Cost, string Id)? after,
        int most,
        MonthTable table,
        TombstonesTable conversations,
        CancellationToken cancellation
    )
    {
        var deletions = query.Kind == "conversation" ? await conversations.ListDeletedConversationsAsync(query.User, cancellation) : null;
        var groups = await table
            .TotalsAsync(query.User, query.Month, query.Kind, cancellation)
            .Select(row => (Id: row.Key[(query.Kind.Length + 1)..], row.Totals, row.Generation))
            .Where(group => deletions?.Covers(group.Id, group.Generation) != true)
            .ToListAsync(cancellation);
        // Read the totals after the groups, so that they include every event that the groups include.
        var totals = (await table.FindLedgerAsync(query.User, query.Month, cancellation))?.Totals ?? default;

        var rest = groups
            .OrderByDescending(group => group.Totals.Cost)
            .ThenBy(group => group.Id, StringComparer.Ordinal)
            .Where(group => after is not var (cost, id) || IsAfter(group.Totals.Cost, group.Id, cost, id))
            .Take(most + 1)
            .ToArray();
        var page = rest.Take(most).ToArray();
        var other = page.Aggregate(totals, (left, group) => left - group.Totals);
        return new SummaryView(
            DateOnly.FromDateTime(query.Month.Start.UtcDateTime),
            DateOnly.FromDateTime(query.Month.End.UtcDateTime).AddDays(-1),
            TotalsView.Of(totals),
            [.. page.Select(group => new GroupView(group.Id, group.Totals))],
            TotalsView.Of(other),
            rest.Length > most ? query.WriteCursor((page[^1].Totals.Cost, page[^1].Id)) : null
        );
    }

    private static bool IsAfter(PicoUsd cost, string id, PicoUsd lastCost, string lastId) =>
        cost < lastCost || (cost == lastCost && string.CompareOrdinal(id, lastId) > 0);
}
