using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using MyCoach.Http;
using MyCoach.Ledger;

namespace MyCoach.Usage;

/// <summary>Which days a request is about.</summary>
internal readonly record struct PeriodQuery(
    [property: FromQuery(Name = "month")] string? Month,
    [property: FromQuery(Name = "from")] string? From,
    [property: FromQuery(Name = "to")] string? To
)
{
    private const int MaxDays = 400;

    /// <summary>Whether it names days instead of a month.</summary>
    public bool NamesDays => From is not null || To is not null;

    /// <summary>The days; the current month if the query names none. Adds an error for each invalid member.</summary>
    public Period Read(DateTimeOffset now, FieldErrors errors)
    {
        if (!NamesDays)
        {
            var wanted = Storage.Month.Read(Month, now);
            errors.Require(wanted is not null, "month", FieldErrors.InvalidMonthMessage);
            return Period.Of(wanted ?? Storage.Month.Of(now));
        }
        errors.Require(Month is null, "month", "cannot be combined with from and to");
        var hadErrors = errors.Any;
        var period = new Period(ReadDay(From, "from", errors), ReadDay(To, "to", errors));
        if (!hadErrors && !errors.Any)
        {
            errors.Require(
                period.Last >= period.First && period.Last.DayNumber - period.First.DayNumber < MaxDays,
                "to",
                $"must not be before from, and the range may have at most {MaxDays} days"
            );
        }
        return period;
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
