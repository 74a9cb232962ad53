using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>Sums of a bucket, by the fields that a report is grouped by.</summary>
internal static class Grouping
{
    // No value of a field contains it.
    private const char Separator = '\n';

    /// <summary>The groups in the order of their first items; without names, one group of all items, if any.</summary>
    public static IEnumerable<IReadOnlyList<T>> By<T>(
        IEnumerable<T> items,
        IReadOnlyList<string> names,
        Func<T, string, string?> field
    ) =>
        items
            .GroupBy(item => string.Join(Separator, names.Select(name => field(item, name))))
            .Select(group => (IReadOnlyList<T>)[.. group]);

    /// <summary>Writes each field: its value if the report is grouped by it, otherwise null.</summary>
    public static void Write<T>(
        JsonObject result,
        IReadOnlyList<T> group,
        IReadOnlyList<string> names,
        IReadOnlyList<string> all,
        Func<T, string, string?> field
    )
    {
        foreach (var name in all)
            result[name] = names.Contains(name) ? field(group[0], name) : null;
    }
}
