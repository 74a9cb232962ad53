using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>Anthropic's administration of an organisation: itself, its costs, usage and keys.</summary>
internal sealed class AnthropicBilling(BillingBook book)
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 1000;

    public void Map(IEndpointRouteBuilder routes, ProviderDoor door)
    {
        Get("me", ShowOrganizationAsync);
        Get("usage_report/messages", new AnthropicUsage(book).ReportAsync);
        Get("cost_report", new AnthropicCosts(book).ReportAsync);
        Get("api_keys", ListKeysAsync);

        void Get(string path, ProviderHandler handler) =>
            routes.MapGet($"/v1/organizations/{path}", door.OpenToAdmins(handler));
    }

    private static async Task<Refusal?> ShowOrganizationAsync(HttpContext http, KeyVerdict key)
    {
        var reader = BilledKey.Of(key.Key);
        var organization = new JsonObject
        {
            ["id"] = reader.OrganizationId,
            ["type"] = "organization",
            ["name"] = reader.Organization,
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, organization);
        return null;
    }

    private async Task<Refusal?> ListKeysAsync(HttpContext http, KeyVerdict key)
    {
        if (!key.MayListKeys)
            return AnthropicDialect.Forbidden;
        var query = http.Request.Query;
        var limit = DefaultLimit;
        if (
            query.TryGetValue("limit", out var asked)
            && !(int.TryParse(asked, out limit) && limit is >= 1 and <= MaxLimit)
        )
            return AnthropicDialect.Invalid($"limit: Input should be a valid integer from 1 to {MaxLimit}");

        var keys = book.KeysOf(BilledKey.Of(key.Key))
            .Where(one => query["status"].FirstOrDefault() is null or "active")
            .Where(one => query["workspace_id"].FirstOrDefault() is not { } workspace || one.Project == workspace);
        if (query.TryGetValue("after_id", out var after))
            keys = keys.SkipWhile(one => one.Id != after).Skip(1);
        var found = keys.Take(limit + 1).ToList();
        var page = found.Take(limit).ToList();
        var list = new JsonObject
        {
            ["data"] = new JsonArray([.. page.Select(Describe)]),
            ["has_more"] = found.Count > limit,
            ["first_id"] = page.FirstOrDefault()?.Id,
            ["last_id"] = page.LastOrDefault()?.Id,
        };
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, list);
        return null;
    }

    private static JsonObject Describe(BilledKey key) =>
        new()
        {
            ["id"] = key.Id,
            ["type"] = "api_key",
            ["name"] = key.Name,
            ["workspace_id"] = key.Project,
            ["created_at"] = "2026-01-01T00:00:00Z",
            ["created_by"] = new JsonObject { ["id"] = "user_owner", ["type"] = "user" },
            ["partial_key_hint"] = key.Hint,
            ["status"] = "active",
            ["expires_at"] = null,
        };
}
