using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>GET /v1/organizations/usage_report/messages. It does not count the calls.</summary>
internal sealed class AnthropicUsage(BillingBook book)
{
    private static readonly string[] Fields =
    [
        "account_id",
        "api_key_id",
        "context_window",
        "inference_geo",
        "model",
        "service_account_id",
        "service_tier",
        "workspace_id",
    ];

    public async Task<Refusal?> ReportAsync(HttpContext http, KeyVerdict key)
    {
        var query = http.Request.Query;
        if (AnthropicReportQuery.Read(query, BucketWidth.OfUsage, Fields, book.Now, out var request) is { } refusal)
            return refusal;
        if (BucketPage.Of(request, book) is not { } page)
            return AnthropicReportQuery.NoSuchPage();
        var calls = book.CallsOf(BilledKey.Of(key.Key), page.Start, page.End)
            .Where(reported =>
                Array.TrueForAll(
                    Fields,
                    name => AnthropicReportQuery.Passes(query, FilterOf(name), Field(reported, name))
                )
            )
            .ToLookup(reported => request.Width.Floor(reported.Call.At));
        return await AnthropicReportQuery.WriteAsync(
            http,
            page,
            bucket =>
                Grouping.By(calls[bucket.Start], request.Groups, Field).Select(group => Describe(group, request.Groups))
        );
    }

    private static string FilterOf(string field) => field is "context_window" ? field : field + "s";

    private static string? Field(ReportedCall reported, string name) =>
        name switch
        {
            "api_key_id" => reported.Key.Id,
            "context_window" => reported.Call.ContextWindow,
            "inference_geo" => reported.Call.Geography,
            "model" => reported.Call.Model,
            "service_tier" => reported.Call.Tier ?? "standard",
            "workspace_id" => reported.Key.Project,
            _ => null,
        };

    private static JsonObject Describe(IReadOnlyList<ReportedCall> group, IReadOnlyList<string> names)
    {
        var result = new JsonObject
        {
            ["uncached_input_tokens"] = group.Sum(reported => reported.Call.Input),
            ["cache_creation"] = new JsonObject
            {
                ["ephemeral_1h_input_tokens"] = group.Sum(reported => reported.Call.CacheWrites1h),
                ["ephemeral_5m_input_tokens"] = group.Sum(reported => reported.Call.CacheWrites),
            },
            ["cache_read_input_tokens"] = group.Sum(reported => reported.Call.CachedInput),
            ["output_tokens"] = group.Sum(reported => reported.Call.Output),
            ["server_tool_use"] = new JsonObject
            {
                ["web_search_requests"] = group.Sum(reported => reported.Call.WebSearches),
            },
        };
        Grouping.Write(result, group, names, Fields, Field);
        return result;
    }
}
