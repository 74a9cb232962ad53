using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>GET /v1/organization/costs.</summary>
internal sealed class OpenAiCosts(BillingBook book)
{
    private static readonly string[] Fields = ["project_id", "line_item", "api_key_id"];

    /// <summary>How the invoice calls it. What OpenAI calls cache writes is not known.</summary>
    public static string LineItem(Charge charge) =>
        charge.Kind switch
        {
            BilledKind.Other => charge.Line!.LineItem,
            BilledKind.WebSearch => "web search tool calls",
            BilledKind.CachedInput => $"{charge.Call!.Model}, cached input",
            BilledKind.CacheWrite or BilledKind.CacheWrite1h => $"{charge.Call!.Model}, cache write input",
            BilledKind.Output => $"{charge.Call!.Model}, output",
            _ => $"{charge.Call!.Model}, input",
        };

    public async Task<Refusal?> ReportAsync(HttpContext http, KeyVerdict key)
    {
        var query = http.Request.Query;
        if (OpenAiReportQuery.Read(query, BucketWidth.OfOpenAiCosts, Fields, book.Now, out var request) is { } refusal)
            return refusal;
        if (BucketPage.Of(request, book) is not { } page)
            return OpenAiReportQuery.NoSuchPage();
        var charges = book.ChargesOf(BilledKey.Of(key.Key), page.Start, page.End)
            .Where(charge =>
                OpenAiReportQuery.Passes(query, "project_ids", charge.Key.Project)
                && OpenAiReportQuery.Passes(query, "api_key_ids", charge.Key.Id)
            )
            .ToLookup(charge => request.Width.Floor(charge.At));
        return await OpenAiPages.WriteAsync(
            http,
            page,
            bucket =>
                Grouping
                    .By(charges[bucket.Start], request.Groups, Field)
                    .Select(group => Describe(group, request.Groups))
        );
    }

    private static string? Field(Charge charge, string name) =>
        name switch
        {
            "project_id" => charge.Key.Project,
            "api_key_id" => charge.Key.Id,
            _ => LineItem(charge),
        };

    private JsonObject Describe(IReadOnlyList<Charge> group, IReadOnlyList<string> names)
    {
        var isOneItem = names.Contains("line_item");
        var result = new JsonObject
        {
            ["object"] = "organization.costs.result",
            ["amount"] = new JsonObject
            {
                ["value"] = Amount(group.Sum(charge => charge.Amount)),
                ["currency"] = book.Currency,
            },
            ["quantity"] = isOneItem ? group.Sum(charge => charge.Quantity) : null,
            ["quantity_unit"] = isOneItem ? group[0].Unit : null,
        };
        Grouping.Write(result, group, names, Fields, Field);
        return result;
    }

    private JsonValue Amount(decimal amount) =>
        book.AmountsAsNumbers ? JsonValue.Create(amount) : JsonValue.Create(BillingText.Exact(amount));
}
