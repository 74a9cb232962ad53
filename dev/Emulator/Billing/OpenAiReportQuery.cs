using System.Globalization;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>Reads the query of an OpenAI report. Its lists are written <c>name=a&amp;name=b</c> or with brackets.</summary>
internal static class OpenAiReportQuery
{
    public static Refusal? Read(
        IQueryCollection query,
        IReadOnlyList<BucketWidth> widths,
        IReadOnlyList<string> groups,
        DateTimeOffset now,
        out ReportRequest request
    )
    {
        request = null!;
        if (!query.ContainsKey("start_time"))
            return OpenAiDialect.Missing("start_time");
        if (Time(query["start_time"]) is not { } start)
            return NotWhole("start_time");
        if (query.ContainsKey("end_time") && Time(query["end_time"]) is null)
            return NotWhole("end_time");
        var end = Time(query["end_time"]) ?? now;
        if (end <= start)
            return OpenAiDialect.Invalid("end_time must be after start_time.", "invalid_value", "end_time");
        var name = query["bucket_width"].FirstOrDefault() ?? widths[0].Name;
        if (widths.FirstOrDefault(one => one.Name == name) is not { } width)
            return NotOneOf("bucket_width", name, widths.Select(one => one.Name));
        var limit = width.DefaultLimit;
        if (query.TryGetValue("limit", out var asked) && !int.TryParse(asked, out limit))
            return NotWhole("limit");
        if (limit < 1)
            return OpenAiDialect.TooSmall("limit", limit);
        if (limit > width.MaxLimit)
            return TooLarge(limit, width.MaxLimit);
        var names = List(query, "group_by");
        if (names.Except(groups).FirstOrDefault() is { } unknown)
            return NotOneOf("group_by", unknown, groups);
        request = new ReportRequest(start, end, width, limit, query["page"].FirstOrDefault(), names);
        return null;
    }

    public static Refusal TooLarge(int limit, int max) =>
        OpenAiDialect.Invalid(
            $"Invalid 'limit': integer above maximum value. Expected a value <= {max}, but got {limit} instead.",
            "integer_above_max_value",
            "limit"
        );

    public static Refusal NoSuchPage() => OpenAiDialect.Invalid("Invalid 'page'.", "invalid_value", "page");

    public static IReadOnlyList<string> List(IQueryCollection query, string name) =>
        [.. query[name].Concat(query[name + "[]"]).OfType<string>()];

    /// <summary>Whether a filter of the query lets a value pass. An absent filter lets every value pass.</summary>
    public static bool Passes(IQueryCollection query, string name, string? value) =>
        List(query, name) is var values && (values.Count == 0 || (value is not null && values.Contains(value)));

    private static DateTimeOffset? Time(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static Refusal NotWhole(string name) =>
        OpenAiDialect.Invalid($"Invalid type for '{name}': expected an integer.", "invalid_type", name);

    private static Refusal NotOneOf(string name, string value, IEnumerable<string> allowed) =>
        OpenAiDialect.Invalid(
            $"Invalid value: '{value}'. Supported values are: {string.Join(", ", allowed.Select(one => $"'{one}'"))}.",
            "invalid_value",
            name
        );
}
