using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Usage;

/// <summary>Summarises usage by adding up stored totals, so the cost of a summary does not depend on the number of calls.</summary>
internal static class SummaryEndpoint
{
    private const int MostDays = 400;
    private const string RankedOnlyMessage = "is allowed only with groupBy=conversation or groupBy=agent";

    public static async Task<Results<Ok<SummaryView>, ProblemHttpResult>> GetAsync(
        UserId user,
        string? month,
        string? from,
        string? to,
        string? groupBy,
        string? limit,
        string? cursor,
        MonthTable table,
        TombstonesTable conversations,
        TimeProvider clock,
        CancellationToken cancellation
    )
    {
        var errors = new FieldErrors();
        var (first, last) = ReadDays(month, from, to, clock.GetUtcNow(), errors);
        errors.Require(
            groupBy is null or "model" or "provider" or "day" || IsRanked(groupBy),
            "groupBy",
            "must be model, provider, day, conversation or agent"
        );
        if (IsRanked(groupBy))
        {
            var query = new RankingQuery(user, new Month(first.Year, first.Month), groupBy!);
            errors.Require(from is null && to is null, "groupBy", "conversation and agent work only with month, not with from and to");
            var most = Paging.ReadLimit(limit, errors);
            var after = query.ReadCursor(cursor, errors);
            return errors.Any
                ? Problems.Invalid(errors)
                : TypedResults.Ok(await Ranking.GetAsync(query, after, most, table, conversations, cancellation));
        }
        errors.Require(limit is null, "limit", RankedOnlyMessage);
        errors.Require(cursor is null, "cursor", RankedOnlyMessage);
        return errors.Any ? Problems.Invalid(errors) : TypedResults.Ok(await AddUpAsync(user, first, last, groupBy, table, cancellation));
    }

    private static bool IsRanked(string? groupBy) => groupBy is "conversation" or "agent";

    private static async Task<SummaryView> AddUpAsync(
        UserId user,
        DateOnly first,
        DateOnly last,
        string? groupBy,
        MonthTable table,
        CancellationToken cancellation
    )
    {
        var sum = default(Totals);
        var groups = new Dictionary<string, Totals>(StringComparer.Ordinal);
        foreach (var (start, end) in Months(first, last))
        {
            await foreach (var (day, provider, model, totals) in table.DaysAsync(user, start, end, cancellation))
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
                : groups.OrderByDescending(group => group.Value.Cost).ThenBy(group => group.Key, StringComparer.Ordinal);
        return new SummaryView(first, last, TotalsView.Of(sum), [.. ordered.Select(group => new GroupView(group.Key, group.Value))]);
    }

    private static (DateOnly First, DateOnly Last) ReadDays(string? month, string? from, string? to, DateTimeOffset now, FieldErrors errors)
    {
        if (from is null && to is null)
        {
            var wanted = month is null ? Month.Of(now) : Month.TryParse(month);
            errors.Require(wanted is not null, "month", FieldErrors.InvalidMonthMessage);
            var whole = wanted ?? default(Month) with { Year = 2000, Number = 1 };
            return (DateOnly.FromDateTime(whole.Start.UtcDateTime), DateOnly.FromDateTime(whole.End.UtcDateTime).AddDays(-1));
        }
        errors.Require(month is null, "month", "cannot be combined with from and to");
        var first = ReadDay(from, "from", errors);
        var last = ReadDay(to, "to", errors);
        if (!errors.Any)
        {
            errors.Require(
                last >= first && last.DayNumber - first.DayNumber < MostDays,
                "to",
                $"must not be before from, and the range may have at most {MostDays} days"
            );
        }
        return (first, last);
    }

    private static DateOnly ReadDay(string? text, string field, FieldErrors errors)
    {
        var read =
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 1600 and < 9999;
        errors.Require(read, field, "must be a date such as 2026-11-22; set both from and to");
        return day;
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
