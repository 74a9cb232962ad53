using System.Globalization;
using CsvHelper;
using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Billing;

/// <summary>A row of an export. What cannot be read is refused by line and column, without its content.</summary>
/// <param name="columns">Where each column is.</param>
/// <param name="today">In UTC.</param>
internal sealed class StatementRow(CsvReader csv, IReadOnlyDictionary<string, int> columns, DateOnly today)
{
    public const int MaxDays = 400;

    private const int MaxTextLength = 256;
    private const decimal MaxDollars = 1_000_000_000;
    private const long MaxCount = 1_000_000_000_000;

    private static readonly string[] DayFormats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd HH:mm:ss"];

    public bool Has(string column) => columns.ContainsKey(column);

    /// <summary>Null if the cell is empty, or there is no such column.</summary>
    public string? Text(string column)
    {
        if (!columns.TryGetValue(column, out var index) || csv.GetString(index).Trim() is not { Length: > 0 } text)
        {
            return null;
        }
        return text.Length <= MaxTextLength ? text : throw Fault(column, $"has more than {MaxTextLength} characters");
    }

    /// <inheritdoc cref="Text"/>
    public decimal? Number(string column) =>
        Text(column) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
        : throw Fault(column, "is not a number");

    /// <summary>Dollars, rounded to a pico-dollar; null if the cell is empty.</summary>
    public PicoUsd? Dollars(string column) =>
        Number(column) switch
        {
            null => null,
            >= -MaxDollars and <= MaxDollars and { } amount => ReportJson.ToPico(amount),
            _ => throw Fault(column, "is too large"),
        };

    public PicoUsd RequiredDollars(string column) => Dollars(column) ?? throw Fault(column, "is empty");

    /// <summary>Tokens or uses. An empty cell is 0.</summary>
    public long Count(string column) => CountOf(column, LineItem.CountOf(Number(column) ?? 0, unit: null));

    /// <summary>Tokens or uses in the unit of another column; null if it is not known.</summary>
    public long? CountIn(string column, string unitColumn) =>
        LineItem.CountOf(Number(column), Text(unitColumn)) is { } count ? CountOf(column, count) : null;

    /// <summary>A day, as a date or a time in UTC.</summary>
    public DateOnly Day(string column) =>
        DateTime.TryParseExact(
            Text(column),
            DayFormats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? Checked(column, DateOnly.FromDateTime(time))
            : throw Fault(column, "is not a date such as 2026-11-22");

    /// <summary>The day of a time in seconds since 1970.</summary>
    public DateOnly DayOfSeconds(string column) =>
        Number(column) is >= 0 and <= 253_402_300_799 and { } seconds && decimal.IsInteger(seconds)
            ? Checked(column, DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds((long)seconds).UtcDateTime))
            : throw Fault(column, "is not a time in seconds since 1970");

    public InvalidRequestException Fault(string column, string what) =>
        new(column, $"{what}, in line {csv.LineNumber}");

    private long CountOf(string column, long? count) =>
        count is <= MaxCount and { } known ? known : throw Fault(column, $"is not a whole number from 0 to {MaxCount}");

    private DateOnly Checked(string column, DateOnly day) =>
        day > today ? throw Fault(column, "is in the future")
        : day <= today.AddDays(-MaxDays) ? throw Fault(column, $"is more than {MaxDays} days ago")
        : day;
}
