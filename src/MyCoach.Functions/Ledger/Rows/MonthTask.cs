using System.Globalization;
using MyCoach.Users;

namespace MyCoach.Ledger;

/// <summary>
/// What the roll-up does with a changed user-month, and for how long one note of the change is enough.
/// </summary>
/// <param name="HasNotePerWindow"> Whether each window has a separate note. Otherwise a later note replaces the earlier
/// one. A task that waits for the end of the window would then never run for a month that changes in every window.
/// </param>
/// <param name="LandingTime">How long after the end of its window a note stays. A commit that relies on a note from the
/// end of a window may land in the next window, and clocks differ.</param>
internal sealed record MonthTask(string Partition, TimeSpan Window, bool HasNotePerWindow, TimeSpan LandingTime)
{
    /// <summary>Expires reservations, records thresholds and delivers alerts.</summary>
    public static readonly MonthTask Visit = new(
        ChangedMonthRows.Visits,
        TimeSpan.FromMinutes(5),
        HasNotePerWindow: false,
        LandingTime: TimeSpan.FromMinutes(5)
    );

    /// <summary>
    /// Counts the events again once the day of the change is over. It also finds what a visit missed because clocks
    /// differ by more than a visit allows for, so it allows for more.
    /// </summary>
    public static readonly MonthTask Recount = new(
        ChangedMonthRows.Recounts,
        TimeSpan.FromDays(1),
        HasNotePerWindow: true,
        LandingTime: TimeSpan.FromHours(1)
    );

    public static readonly IReadOnlyList<MonthTask> All = [Visit, Recount];

    public string RowKey(string month, long window) =>
        HasNotePerWindow ? string.Create(CultureInfo.InvariantCulture, $"{month}_{window}") : month;

    public string MonthOf(string rowKey) => HasNotePerWindow ? rowKey[..rowKey.LastIndexOf('_')] : rowKey;
}
