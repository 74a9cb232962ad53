using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>
/// The book over HTTP, for curl: POST /_emulator/calls adds calls, and /statements/NAME.csv?month=yyyy-MM is an export
/// of a console, of the organisation that <c>organization</c> names.
/// </summary>
internal static class BillingEndpoints
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
    };

    public static void Map(IEndpointRouteBuilder routes, BillingBook book)
    {
        routes.MapPost("/_emulator/calls", http => AddAsync(http, book));
        Statement("openai-cost", book.OpenAiCostCsv);
        Statement("anthropic-cost", book.AnthropicCostCsv);
        Statement("anthropic-usage", book.AnthropicUsageCsv);

        void Statement(string name, Func<DateOnly, string, string> write) =>
            routes.MapGet($"/statements/{name}.csv", http => WriteAsync(http, write));
    }

    private static async Task AddAsync(HttpContext http, BillingBook book)
    {
        try
        {
            var calls = await JsonSerializer.DeserializeAsync<List<BilledCall>>(
                http.Request.Body,
                Strict,
                http.RequestAborted
            );
            book.Add(calls ?? []);
            var added = new JsonObject { ["added"] = calls?.Count ?? 0 };
            await WireJson.WriteAsync(http, StatusCodes.Status200OK, added);
        }
        catch (JsonException e)
        {
            await RefuseAsync(http, $"The body must be a list of calls. {e.Message}");
        }
    }

    private static async Task WriteAsync(HttpContext http, Func<DateOnly, string, string> write)
    {
        var query = http.Request.Query;
        if (!DateOnly.TryParseExact(query["month"] + "-01", "yyyy-MM-dd", out var month))
        {
            await RefuseAsync(http, "month must be yyyy-MM.");
            return;
        }
        http.Response.ContentType = "text/csv; charset=utf-8";
        await http.Response.WriteAsync(
            write(month, query["organization"].FirstOrDefault() ?? "default"),
            http.RequestAborted
        );
    }

    private static Task RefuseAsync(HttpContext http, string error) =>
        WireJson.WriteAsync(http, StatusCodes.Status400BadRequest, new JsonObject { ["error"] = error });
}
