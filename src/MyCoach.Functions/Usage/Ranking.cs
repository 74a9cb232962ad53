using MyCoach.Catalogue;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <param name="Kind"><c>conversation</c> or <c>agent</c>.</param>
internal sealed record RankingQuery(UserId User, Month Month, string Kind)
{
    private string Binding => $"{User.Key}\n{Month}\n{Kind}";

    /// <summary>The last group of the page before; null for the first page.</summary>
    public (PicoUsd Cost, string Id)? ReadCursor(string? cursor, FieldErrors errors)
    {
        if (Paging.ReadCursor(cursor, Binding, errors) is not { } place)
        {
            return null;
        }
        if (place.Split('\n') is [var text, var id] && PicoUsd.TryParse(text) is { } cost)
        {
            return (cost, id);
        }
        errors.Add("cursor", Paging.InvalidCursorMessage);
        return null;
    }

    public string WriteCursor((PicoUsd Cost, string Id) last) => Cursor.Write($"{last.Cost}\n{last.Id}", Binding);
}

/// <summary>
/// The dearest conversations or agents of a month. Their rows are read whole, because only then is known which is the dearest: the cost grows with the
/// number of ids, not of calls.
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
        var detachments = query.Kind == "conversation" ? await conversations.ListDetachmentsAsync(query.User, cancellation) : null;
        var groups = await table
            .TotalsAsync(query.User, query.Month, query.Kind, cancellation)
            .Select(row => (Id: row.Key[(query.Kind.Length + 1)..], row.Totals, row.Generation))
            .Where(group => detachments?.Cover(group.Id, group.Generation) != true)
            .ToListAsync(cancellation);
        // Read after the groups, so that the totals hold all that the groups do.
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
