using System.Globalization;

namespace MyCoach.Storage;

/// <summary>A calendar month in UTC. Callers see <c>yyyy-MM</c>; keys contain <c>yyyyMM</c>.</summary>
internal readonly record struct Month(int Year, int Number)
{
    public DateTimeOffset Start => new(Year, Number, 1, 0, 0, 0, TimeSpan.Zero);
    public Month Next => Of(Start.AddMonths(1));
    public Month Previous => Of(Start.AddDays(-1));
    public DateTimeOffset End => Next.Start;
    public string Compact => Start.ToString("yyyyMM", CultureInfo.InvariantCulture);

    public static Month Of(DateTimeOffset time) => new(time.UtcDateTime.Year, time.UtcDateTime.Month);

    public static Month Of(DateOnly day) => new(day.Year, day.Month);

    public static Month? TryParse(string? text, string format = "yyyy-MM") =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
        && day.Year is > 1600 and < 9999
            ? new Month(day.Year, day.Month)
            : null;

    /// <summary>The month in the text, or of <paramref name="now"/> if there is no text. Null if invalid.</summary>
    public static Month? Read(string? text, DateTimeOffset now) => text is null ? Of(now) : TryParse(text);

    public override string ToString() => Start.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
