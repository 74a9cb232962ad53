using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>Days in UTC, both included.</summary>
internal readonly record struct Period(DateOnly First, DateOnly Last)
{
    public static Period Of(Month month) =>
        new(DateOnly.FromDateTime(month.Start.UtcDateTime), DateOnly.FromDateTime(month.End.UtcDateTime).AddDays(-1));

    /// <summary>The month of the first day.</summary>
    public Month Month => new(First.Year, First.Month);

    public DateTime Start => First.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    public DateTime End => Last.AddDays(1).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);

    /// <summary>Whether it is exactly a month.</summary>
    public bool IsMonth => this == Of(Month);

    /// <summary>Oldest first.</summary>
    public IEnumerable<DateOnly> Days
    {
        get
        {
            for (var day = First; day <= Last; day = day.AddDays(1))
            {
                yield return day;
            }
        }
    }

    /// <summary>The parts in each month, newest first. Each month has its own partition.</summary>
    public IEnumerable<Period> ByMonth()
    {
        for (var last = Last; last >= First; )
        {
            var start = new DateOnly(last.Year, last.Month, 1);
            yield return new Period(start > First ? start : First, last);
            last = start.AddDays(-1);
        }
    }

    /// <summary><c>2026-11</c>, or <c>2026-11-01/2026-11-15</c>.</summary>
    public override string ToString() => IsMonth ? Month.ToString() : $"{First:yyyy-MM-dd}/{Last:yyyy-MM-dd}";
}
