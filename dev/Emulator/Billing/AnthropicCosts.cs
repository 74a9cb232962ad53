using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>GET /v1/organizations/cost_report. It omits the priority tier.</summary>
internal sealed partial class AnthropicCosts(BillingBook book)
{
    private static readonly string[] Fields = ["workspace_id", "description"];

    private static readonly string[] FieldsOfDescription =
    [
        "description",
        "cost_type",
        "context_window",
        "model",
        "service_tier",
        "token_type",
        "inference_geo",
    ];

    public async Task<Refusal?> ReportAsync(HttpContext http, KeyVerdict key)
    {
        var query = http.Request.Query;
        if (
            AnthropicReportQuery.Read(query, BucketWidth.OfAnthropicCosts, Fields, book.Now, out var request) is
            { } refusal
        )
            return refusal;
        if (BucketPage.Of(request, book) is not { } page)
            return AnthropicReportQuery.NoSuchPage();
        IReadOnlyList<string> names =
        [
            .. request.Groups.Except(["description"]),
            .. request.Groups.Contains("description") ? FieldsOfDescription : [],
        ];
        var charges = book.ChargesOf(BilledKey.Of(key.Key), page.Start, page.End)
            .Where(IsListed)
            .ToLookup(charge => request.Width.Floor(charge.At));
        return await AnthropicReportQuery.WriteAsync(
            http,
            page,
            bucket => Grouping.By(charges[bucket.Start], names, Field).Select(group => Describe(group, names))
        );
    }

    public static bool IsListed(Charge charge) => charge.Call?.Tier is not "priority";

    /// <summary>"Claude Haiku 5.5" of "claude-haiku-5-5" or of a dated id.</summary>
    public static string ModelName(string model)
    {
        var words = Date().Replace(model, "").Split('-');
        var names = words.TakeWhile(word => !char.IsDigit(word[0])).ToArray();
        var version = string.Join('.', words.Skip(names.Length));
        return $"{CultureInfo.InvariantCulture.TextInfo.ToTitleCase(string.Join(' ', names))} {version}".TrimEnd();
    }

    private JsonObject Describe(IReadOnlyList<Charge> group, IReadOnlyList<string> names)
    {
        var result = new JsonObject
        {
            ["currency"] = book.Currency.ToUpperInvariant(),
            // In cents.
            ["amount"] = BillingText.Rounded(group.Sum(charge => charge.Amount) * 100, 6),
        };
        Grouping.Write(result, group, names, ["workspace_id", .. FieldsOfDescription], Field);
        return result;
    }

    private static string? Field(Charge charge, string name) =>
        name switch
        {
            "workspace_id" => charge.Key.Project,
            "description" => Description(charge),
            "cost_type" => charge.Kind switch
            {
                BilledKind.Other => charge.Line!.CostType,
                BilledKind.WebSearch => "web_search",
                _ => "tokens",
            },
            _ when charge.Kind is BilledKind.Other or BilledKind.WebSearch => null,
            "context_window" => charge.Call!.ContextWindow,
            "model" => charge.Call!.Model,
            "service_tier" => charge.Call!.Tier ?? "standard",
            "inference_geo" => charge.Call!.Geography,
            _ => TokenType(charge.Kind),
        };

    private static string Description(Charge charge) =>
        charge.Kind switch
        {
            BilledKind.Other => charge.Line!.LineItem,
            BilledKind.WebSearch => "Web Search Usage",
            var kind => $"{ModelName(charge.Call!.Model)} Usage - {TokenName(kind)}{BatchMark(charge.Call)}",
        };

    private static string BatchMark(BilledCall call) => call.IsBatch ? ", Batch" : "";

    private static string TokenName(BilledKind kind) =>
        kind switch
        {
            BilledKind.CachedInput => "Input Tokens, Cache Read",
            BilledKind.CacheWrite => "Input Tokens, Cache Write",
            BilledKind.CacheWrite1h => "Input Tokens, Cache Write 1h",
            BilledKind.Output => "Output Tokens",
            _ => "Input Tokens",
        };

    private static string TokenType(BilledKind kind) =>
        kind switch
        {
            BilledKind.CachedInput => "cache_read_input_tokens",
            BilledKind.CacheWrite => "cache_creation.ephemeral_5m_input_tokens",
            BilledKind.CacheWrite1h => "cache_creation.ephemeral_1h_input_tokens",
            BilledKind.Output => "output_tokens",
            _ => "uncached_input_tokens",
        };

    [GeneratedRegex(@"-\d{8}$")]
    private static partial Regex Date();
}
