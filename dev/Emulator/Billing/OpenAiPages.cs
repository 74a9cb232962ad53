using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>The form of OpenAI's pages of buckets, and of its lists.</summary>
internal static class OpenAiPages
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    public static async Task<Refusal?> WriteAsync(
        HttpContext http,
        BucketPage page,
        Func<Bucket, IEnumerable<JsonObject>> results
    )
    {
        var body = new JsonObject
        {
            ["object"] = "page",
            ["data"] = new JsonArray([
                .. page.Buckets.Select(bucket => new JsonObject
                {
                    ["object"] = "bucket",
                    ["start_time"] = bucket.Start.ToUnixTimeSeconds(),
                    ["end_time"] = bucket.End.ToUnixTimeSeconds(),
                    ["results"] = new JsonArray([.. results(bucket)]),
                }),
            ]),
            ["has_more"] = page.Next is not null,
            ["next_page"] = page.Next,
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, body);
        return null;
    }

    public static async Task<Refusal?> WriteListAsync<T>(
        HttpContext http,
        IEnumerable<T> items,
        Func<T, string> id,
        Func<T, JsonObject> describe
    )
    {
        var query = http.Request.Query;
        var limit = DefaultLimit;
        if (query.TryGetValue("limit", out var asked) && !(int.TryParse(asked, out limit) && limit >= 1))
            return OpenAiDialect.TooSmall("limit", limit);
        if (limit > MaxLimit)
            return OpenAiReportQuery.TooLarge(limit, MaxLimit);
        var found = (
            query.TryGetValue("after", out var after) ? items.SkipWhile(item => id(item) != after).Skip(1) : items
        )
            .Take(limit + 1)
            .ToList();
        var page = found.Take(limit).ToList();
        var list = new JsonObject
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. page.Select(describe)]),
            ["first_id"] = page.Count == 0 ? null : id(page[0]),
            ["last_id"] = page.Count == 0 ? null : id(page[^1]),
            ["has_more"] = found.Count > limit,
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, list);
        return null;
    }
}
