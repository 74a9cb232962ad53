using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>One of the reports at /v1/organization/usage/…: which calls it counts, and what it says of them.</summary>
internal sealed class OpenAiUsage
{
    private static readonly string[] CommonFields = ["project_id", "user_id", "api_key_id", "model"];

    private readonly BillingBook book;
    private readonly string[] fields;
    private readonly Func<BilledCall, bool> counts;
    private readonly Func<IReadOnlyList<BilledCall>, JsonObject> sum;

    private OpenAiUsage(
        BillingBook book,
        string[] fields,
        Func<BilledCall, bool> counts,
        Func<IReadOnlyList<BilledCall>, JsonObject> sum
    ) => (this.book, this.fields, this.counts, this.sum) = (book, fields, counts, sum);

    public static OpenAiUsage OfCompletions(BillingBook book) =>
        new(book, [.. CommonFields, "batch", "service_tier"], call => !call.IsEmbedding, Completions);

    public static OpenAiUsage OfEmbeddings(BillingBook book) =>
        new(book, CommonFields, call => call.IsEmbedding, Embeddings);

    public static OpenAiUsage OfWebSearches(BillingBook book) =>
        new(book, CommonFields, call => call.WebSearches > 0, WebSearches);

    public async Task<Refusal?> ReportAsync(HttpContext http, KeyVerdict key)
    {
        var query = http.Request.Query;
        if (OpenAiReportQuery.Read(query, BucketWidth.OfUsage, fields, book.Now, out var request) is { } refusal)
            return refusal;
        if (BucketPage.Of(request, book) is not { } page)
            return OpenAiReportQuery.NoSuchPage();
        var calls = book.CallsOf(BilledKey.Of(key.Key), page.Start, page.End)
            .Where(reported =>
                counts(reported.Call)
                && OpenAiReportQuery.Passes(query, "project_ids", reported.Key.Project)
                && OpenAiReportQuery.Passes(query, "api_key_ids", reported.Key.Id)
                && OpenAiReportQuery.Passes(query, "models", reported.Call.Model)
            )
            .ToLookup(reported => request.Width.Floor(reported.Call.At));
        return await OpenAiPages.WriteAsync(
            http,
            page,
            bucket =>
                Grouping.By(calls[bucket.Start], request.Groups, Field).Select(group => Describe(group, request.Groups))
        );
    }

    private JsonObject Describe(IReadOnlyList<ReportedCall> group, IReadOnlyList<string> names)
    {
        var result = sum([.. group.Select(reported => reported.Call)]);
        Grouping.Write(result, group, names, fields, Field);
        if (names.Contains("batch"))
            result["batch"] = group[0].Call.IsBatch;
        return result;
    }

    private static string? Field(ReportedCall reported, string name) =>
        name switch
        {
            "project_id" => reported.Key.Project,
            "api_key_id" => reported.Key.Id,
            "model" => reported.Call.Model,
            "batch" => reported.Call.IsBatch.ToString(),
            "service_tier" => Tier(reported.Call.Tier),
            _ => null,
        };

    // The usage names the tiers otherwise than the answers do.
    private static string Tier(string? tier) =>
        tier switch
        {
            null or "batch" => "default",
            "flex" or "priority" => tier + "-tier",
            _ => tier,
        };

    private static JsonObject Completions(IReadOnlyList<BilledCall> calls) =>
        new()
        {
            ["object"] = "organization.usage.completions.result",
            ["input_tokens"] = calls.Sum(call => call.PromptTokens),
            ["input_cached_tokens"] = calls.Sum(call => call.CachedInput),
            ["input_cache_write_tokens"] = calls.Sum(call => call.CacheWrites + call.CacheWrites1h),
            ["input_uncached_tokens"] = calls.Sum(call => call.Input),
            ["output_tokens"] = calls.Sum(call => call.Output),
            ["input_audio_tokens"] = 0,
            ["output_audio_tokens"] = 0,
            ["num_model_requests"] = calls.Count,
        };

    private static JsonObject Embeddings(IReadOnlyList<BilledCall> calls) =>
        new()
        {
            ["object"] = "organization.usage.embeddings.result",
            ["input_tokens"] = calls.Sum(call => call.PromptTokens),
            ["num_model_requests"] = calls.Count,
        };

    private static JsonObject WebSearches(IReadOnlyList<BilledCall> calls) =>
        new()
        {
            ["object"] = "organization.usage.web_searches.result",
            ["num_model_requests"] = calls.Count,
            ["num_requests"] = calls.Sum(call => call.WebSearches),
        };
}
