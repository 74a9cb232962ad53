using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>
/// Summarises usage by adding up stored totals, so the cost of a summary does not depend on the number of calls.
/// </summary>
internal static class SummaryEndpoint
{
    // More than the names that the catalogue and ModelNames allow in a month, and than the days of a range.
    private const int MaxGroups = 500;

    public static async Task<Results<Ok<SummaryView>, ProblemHttpResult>> GetAsync(
        UserId user,
        [AsParameters] SummaryQuery query,
        [AsParameters] UsageReading reading
    )
    {
        var errors = new FieldErrors();
        var (first, last) = query.ReadDays(reading.Clock.GetUtcNow(), errors);
        query.CheckGroups(errors);
        if (!query.IsRanking)
        {
            return errors.Any
                ? Problems.Invalid(errors)
                : TypedResults.Ok(await AddUpAsync(user, first, last, query.GroupBy, reading));
        }
        var ranking = new RankingQuery(user, new Month(first.Year, first.Month), query.GroupBy!);
        var limit = Paging.ReadLimit(query.Limit, errors);
        var after = ranking.ReadCursor(query.Cursor, errors);
        return errors.Any
            ? Problems.Invalid(errors)
            : TypedResults.Ok(await Ranking.GetAsync(ranking, after, limit, reading));
    }

    private static async Task<SummaryView> AddUpAsync(
        UserId user,
        DateOnly first,
        DateOnly last,
        string? groupBy,
        UsageReading reading
    )
    {
        var sum = default(Totals);
        var groups = new Dictionary<string, Totals>(StringComparer.Ordinal);
        foreach (var (start, end) in Months(first, last))
        {
            await foreach (
                var (day, provider, model, totals) in reading.Table.DaysAsync(user, start, end, reading.Cancellation)
            )
            {
                var key = groupBy switch
                {
                    "day" => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    "provider" => provider,
                    _ => model,
                };
                groups[key] = groups.GetValueOrDefault(key) + totals;
                sum += totals;
            }
        }
        // Days by date, other groups by cost, highest first.
        var ordered =
            groupBy == "day"
                ? groups.OrderBy(group => group.Key, StringComparer.Ordinal)
                : groups
                    .OrderByDescending(group => group.Value.Cost)
                    .ThenBy(group => group.Key, StringComparer.Ordinal);
        var listed = ordered.Take(MaxGroups).ToArray();
        var other = listed.Aggregate(sum, (left, group) => left - group.Value);
        return new SummaryView(
            first,
            last,
            TotalsView.Of(sum),
            [.. listed.Select(group => new GroupView(group.Key, group.Value))],
            listed.Length < groups.Count ? TotalsView.Of(other) : null
        );
    }

    /// <summary>Splits the range by month, because each month has its own partition.</summary>
    private static IEnumerable<(DateOnly Start, DateOnly End)> Months(DateOnly first, DateOnly last)
    {
        for (var start = first; start <= last; )
        {
            var next = new DateOnly(start.Year, start.Month, 1).AddMonths(1);
            yield return (start, next <= last ? next.AddDays(-1) : last);
            start = next;
        }
    }
}
