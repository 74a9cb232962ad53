using System.Globalization;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>Reads the query of an Anthropic report, and writes its pages. Lists are written <c>name[]=a&amp;name[]=b</c>.</summary>
internal static class AnthropicReportQuery
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
        if (!query.ContainsKey("starting_at"))
            return AnthropicDialect.Invalid("starting_at: Field required");
        if (Time(query["starting_at"]) is not { } start)
            return AnthropicDialect.Invalid("starting_at: Input should be a valid datetime");
        if (query.ContainsKey("ending_at") && Time(query["ending_at"]) is null)
            return AnthropicDialect.Invalid("ending_at: Input should be a valid datetime");
        var end = Time(query["ending_at"]) ?? now;
        if (end <= start)
            return AnthropicDialect.Invalid("ending_at: Input should be after starting_at");
        var name = query["bucket_width"].FirstOrDefault() ?? widths[0].Name;
        if (widths.FirstOrDefault(one => one.Name == name) is not { } width)
            return NotOneOf("bucket_width", widths.Select(one => one.Name));
        var limit = width.DefaultLimit;
        if (query.TryGetValue("limit", out var asked) && !int.TryParse(asked, out limit))
            return AnthropicDialect.Invalid("limit: Input should be a valid integer");
        if (limit < 1)
            return AnthropicDialect.Invalid("limit: Input should be greater than or equal to 1");
        if (limit > width.MaxLimit)
            return AnthropicDialect.Invalid($"limit: Input should be less than or equal to {width.MaxLimit}");
        var names = List(query, "group_by");
        if (names.Except(groups).Any())
            return NotOneOf("group_by", groups);
        request = new ReportRequest(start, end, width, limit, query["page"].FirstOrDefault(), names);
        return null;
    }

    public static Refusal NoSuchPage() => AnthropicDialect.Invalid("page: Invalid page token");

    /// <summary>Whether a filter of the query lets a value pass. An absent filter lets every value pass.</summary>
    public static bool Passes(IQueryCollection query, string name, string? value) =>
        List(query, name) is var values && (values.Count == 0 || (value is not null && values.Contains(value)));

    public static async Task<Refusal?> WriteAsync(
        HttpContext http,
        BucketPage page,
        Func<Bucket, IEnumerable<JsonObject>> results
    )
    {
        var body = new JsonObject
        {
            ["data"] = new JsonArray([
                .. page.Buckets.Select(bucket => new JsonObject
                {
                    ["starting_at"] = BillingText.Time(bucket.Start),
                    ["ending_at"] = BillingText.Time(bucket.End),
                    ["results"] = new JsonArray([.. results(bucket)]),
                }),
            ]),
            ["has_more"] = page.Next is not null,
            ["next_page"] = page.Next,
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, body);
        return null;
    }

    private static IReadOnlyList<string> List(IQueryCollection query, string name) =>
        [.. query[name + "[]"].OfType<string>()];

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    private static Refusal NotOneOf(string name, IEnumerable<string> allowed) =>
        AnthropicDialect.Invalid($"{name}: Input should be {string.Join(" or ", allowed.Select(one => $"'{one}'"))}");
}
