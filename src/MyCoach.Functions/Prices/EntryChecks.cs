using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Prices;

/// <summary>The rules of lists of entries and of their common members.</summary>
internal static class EntryChecks
{
    private const int MaxEntries = 500;
    private const int MaxSourceBytes = 500;

    private static readonly DateOnly Earliest = new(2020, 1, 1);
    private static readonly DateOnly Latest = new(2100, 1, 1);

    public static void Each<T>(
        IReadOnlyList<T?>? entries,
        string path,
        FieldErrors errors,
        Action<T, string, FieldErrors> check
    )
        where T : class
    {
        errors.Require(entries is null || entries.Count <= MaxEntries, path, $"may have at most {MaxEntries} entries");
        foreach (var (i, entry) in (entries ?? []).Take(MaxEntries).Index())
        {
            if (entry is null)
            {
                errors.Add($"{path}[{i}]", "must be an object");
            }
            else
            {
                check(entry, $"{path}[{i}]", errors);
            }
        }
    }

    public static void RequireDates<T>(
        IReadOnlyList<T?>? prices,
        Func<T, DateOnly> dateOf,
        string path,
        FieldErrors errors
    )
        where T : class
    {
        var dates = (prices ?? []).OfType<T>().Select(dateOf).ToArray();
        errors.Require(dates.Length > 0, path, "must have at least one price");
        errors.Require(
            dates.Zip(dates.Skip(1)).All(pair => pair.First < pair.Second)
                && dates.All(date => date > Earliest && date < Latest),
            path,
            "must have different dates of this century, the oldest first"
        );
    }

    public static void RequireDistinct<T>(
        IReadOnlyList<T>? entries,
        Func<T, string> keyOf,
        string path,
        FieldErrors errors
    ) =>
        errors.Require(
            (entries ?? []).DistinctBy(keyOf).Count() == (entries ?? []).Count,
            path,
            "must not have two entries for the same"
        );

    public static void RequireName(string? name, string path, FieldErrors errors) =>
        errors.Require(
            name is not null && PlainTextAttribute.IsPlain(name, ModelIds.MaxBytes),
            path,
            PlainTextAttribute.MessageOf(ModelIds.MaxBytes)
        );

    public static void RequireSource(string? source, string path, FieldErrors errors) =>
        errors.Require(
            source is not null && PlainTextAttribute.IsPlain(source, MaxSourceBytes),
            path,
            PlainTextAttribute.MessageOf(MaxSourceBytes)
        );

    public static void RequireLimit(int? limit, string path, FieldErrors errors) =>
        errors.Require(limit is null or > 0, path, "must be a whole number above 0");
}
