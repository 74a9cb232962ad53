using Azure.Data.Tables;
using MyCoach.Catalogue;

namespace MyCoach.Ledger;

/// <summary>The last call that the budget refused in a month.</summary>
/// <param name="Bound">What the call would have held of the budget.</param>
internal sealed record LastRefusal(DateTimeOffset At, PicoUsd Bound, string Model)
{
    private const string AtColumn = "RefusedAt";
    private const string BoundColumn = "RefusedBoundPicoUsd";
    private const string ModelColumn = "RefusedModel";

    // A caller that repeats a refused call does not write to the ledger each time.
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(10);

    /// <summary>This refusal, or an earlier one that differs from it only by seconds.</summary>
    public LastRefusal After(LastRefusal? earlier) =>
        earlier is not null && earlier with { At = At } == this && At - earlier.At < Resolution ? earlier : this;

    public static void Write(LastRefusal? refusal, TableEntity row)
    {
        row[AtColumn] = refusal?.At;
        row[BoundColumn] = refusal?.Bound.ToString();
        row[ModelColumn] = refusal?.Model;
    }

    public static LastRefusal? Read(TableEntity row) =>
        row.GetDateTimeOffset(AtColumn) is { } at
            ? new LastRefusal(at, PicoUsd.Parse(row.GetString(BoundColumn)), row.GetString(ModelColumn))
            : null;
}
