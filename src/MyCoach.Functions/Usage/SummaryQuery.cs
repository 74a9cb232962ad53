using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Http;

namespace MyCoach.Usage;

/// <summary>Which days to summarise, and by what.</summary>
internal readonly record struct SummaryQuery(
    [property: FromQuery(Name = "month")] string? Month,
    [property: FromQuery(Name = "from")] string? From,
    [property: FromQuery(Name = "to")] string? To,
    [property: FromQuery(Name = "groupBy")] string? GroupBy,
    [property: FromQuery(Name = "limit")] string? Limit,
    [property: FromQuery(Name = "cursor")] string? Cursor
)
{
    private const int MaxDays = 400;
    private const string RankedOnlyMessage = "is allowed only with groupBy=conversation or groupBy=agent";

    /// <summary>Whether the groups are a ranking, which has pages.</summary>
    public bool IsRanking => GroupBy is "conversation" or "agent";

    /// <summary>The first and the last day. Adds an error for each invalid member.</summary>
    public (DateOnly First, DateOnly Last) ReadDays(DateTimeOffset now, FieldErrors errors)
    {
        if (From is null && To is null)
        {
            var wanted = Storage.Month.Read(Month, now);
            errors.Require(wanted is not null, "month", FieldErrors.InvalidMonthMessage);
            var whole = wanted ?? Storage.Month.Of(now);
            return (
                DateOnly.FromDateTime(whole.Start.UtcDateTime),
                DateOnly.FromDateTime(whole.End.UtcDateTime).AddDays(-1)
            );
        }
        errors.Require(Month is null, "month", "cannot be combined with from and to");
        var first = ReadDay(From, "from", errors);
        var last = ReadDay(To, "to", errors);
        if (!errors.Any)
        {
            errors.Require(
                last >= first && last.DayNumber - first.DayNumber < MaxDays,
                "to",
                $"must not be before from, and the range may have at most {MaxDays} days"
            );
        }
        return (first, last);
    }

    /// <summary>Adds an error for each member that this grouping does not allow.</summary>
    public void CheckGroups(FieldErrors errors)
    {
        errors.Require(
            GroupBy is null or "model" or "provider" or "day" || IsRanking,
            "groupBy",
            "must be model, provider, day, conversation or agent"
        );
        if (IsRanking)
        {
            errors.Require(
                From is null && To is null,
                "groupBy",
                "conversation and agent work only with month, not with from and to"
            );
            return;
        }
        errors.Require(Limit is null, "limit", RankedOnlyMessage);
        errors.Require(Cursor is null, "cursor", RankedOnlyMessage);
    }

    private static DateOnly ReadDay(string? text, string field, FieldErrors errors)
    {
        var read =
            DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 1600 and < 9999;
        errors.Require(read, field, "must be a date such as 2026-11-22; set both from and to");
        return day;
    }
}
