using MyCoach.Storage;

namespace MyCoach.Ledger;

/// <summary>Where a list of events continues: in a month, at a page of the table service or after an event.</summary>
/// <param name="Page">The table service's continuation; null for the first page.</param>
/// <param name="After">The row key of the last event that was listed; null with a page, or at the month's begin.</param>
internal sealed record EventPosition(Month Month, string? Page, string? After)
{
    public override string ToString() =>
        Page is not null ? $"{Month.Compact}\np{Page}"
        : After is not null ? $"{Month.Compact}\na{After}"
        : $"{Month.Compact}\n";

    /// <summary>Null if the text is malformed.</summary>
    public static EventPosition? TryParse(string text) =>
        text.Split('\n', 2) is not [var start, var rest] || Month.TryParse(start, "yyyyMM") is not { } month ? null
        : rest.Length == 0 ? new(month, null, null)
        : rest[0] switch
        {
            'p' => new(month, rest[1..], null),
            'a' => new(month, null, rest[1..]),
            _ => null,
        };
}
