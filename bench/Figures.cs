using System.Globalization;

namespace MyCoach.Bench;

internal static class Figures
{
    /// <summary>The given percentile, with <paramref name="share"/> from 0 to 1; 0 if there are no values.</summary>
    public static double Percentile(this IEnumerable<double> values, double share) =>
        values.Order().ToArray() is { Length: > 0 } sorted
            ? sorted[Math.Min((int)(share * sorted.Length), sorted.Length - 1)]
            : 0;

    public static double Median(this IEnumerable<double> values) => values.Percentile(0.5);

    /// <summary>A row of a Markdown table, in the invariant culture.</summary>
    public static string Row(params FormattableString[] cells) =>
        $"| {string.Join(" | ", cells.Select(cell => cell.ToString(CultureInfo.InvariantCulture)))} |";

    /// <summary>The head of a Markdown table.</summary>
    public static string Head(params string[] names) =>
        $"| {string.Join(" | ", names)} |\n| {string.Join(" | ", names.Select(_ => "---"))} |";

    /// <summary>The median, and the lowest and the highest value in parentheses.</summary>
    public static string Spread(IEnumerable<double> values, string format = "0")
    {
        var sorted = values.Order().ToArray();
        return $"{Number(sorted.Median(), format)} ({Number(sorted[0], format)}–{Number(sorted[^1], format)})";
    }

    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
