using System.Globalization;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>A change of an event's cost after it was recorded. The event keeps its first price.</summary>
/// <param name="Reason"><see cref="Deleted"/>, <see cref="Repriced"/> or <see cref="Revised"/>.</param>
/// <param name="Difference">What it adds to the cost; negative if it lowers the cost.</param>
/// <param name="PriceVersion">The version of the prices that caused it; null if no prices did.</param>
internal sealed record Adjustment(string Reason, DateTimeOffset At, PicoUsd Difference, long? PriceVersion)
{
    public const string Deleted = "deleted";
    public const string Repriced = "repriced";

    /// <summary>The provider's bill of the day, or what is recorded of it, has changed.</summary>
    public const string Revised = "revised";

    /// <summary>The adjustments as one column: <c>reason:ticks:difference:version</c>, separated by <c>;</c>. Null for none.</summary>
    public static string? Write(IReadOnlyList<Adjustment> adjustments) =>
        adjustments.Count == 0
            ? null
            : string.Join(
                ';',
                adjustments.Select(entry =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{entry.Reason}:{entry.At.UtcTicks}:{entry.Difference}:{entry.PriceVersion}"
                    )
                )
            );

    public static IReadOnlyList<Adjustment> Read(string? column) =>
        column is null ? [] : [.. column.Split(';').Select(ReadOne)];

    private static Adjustment ReadOne(string text)
    {
        var parts = text.Split(':');
        return new Adjustment(
            parts[0],
            new DateTimeOffset(long.Parse(parts[1], CultureInfo.InvariantCulture), TimeSpan.Zero),
            PicoUsd.Parse(parts[2]),
            parts[3].Length == 0 ? null : long.Parse(parts[3], CultureInfo.InvariantCulture)
        );
    }
}
