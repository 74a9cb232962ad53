using System.Text.Json.Nodes;

namespace MyCoach.Dev.Emulator.Billing;

/// <summary>OpenAI's administration of an organisation: costs, usage, projects and their keys.</summary>
internal sealed class OpenAiBilling(BillingBook book)
{
    // Created before every call of a test.
    private static readonly long CreatedAt = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds();

    public void Map(IEndpointRouteBuilder routes, ProviderDoor door)
    {
        Get("costs", new OpenAiCosts(book).ReportAsync);
        Get("usage/completions", OpenAiUsage.OfCompletions(book).ReportAsync);
        Get("usage/embeddings", OpenAiUsage.OfEmbeddings(book).ReportAsync);
        Get("usage/web_search_calls", OpenAiUsage.OfWebSearches(book).ReportAsync);
        Get("projects", ListProjectsAsync);
        Get("projects/{id}/api_keys", ListKeysAsync);

        void Get(string path, ProviderHandler handler) =>
            routes.MapGet($"/v1/organization/{path}", door.OpenToAdmins(handler));
    }

    private async Task<Refusal?> ListProjectsAsync(HttpContext http, KeyVerdict key)
    {
        if (!key.MayListKeys)
            return OpenAiDialect.MissingScope("api.management.read");
        return await OpenAiPages.WriteListAsync(http, ProjectsOf(key), project => project, Describe);

        static JsonObject Describe(string project) =>
            new()
            {
                ["object"] = "organization.project",
                ["id"] = project,
                ["name"] = project["proj_".Length..],
                ["created_at"] = CreatedAt,
                ["archived_at"] = null,
                ["status"] = "active",
            };
    }

    private async Task<Refusal?> ListKeysAsync(HttpContext http, KeyVerdict key)
    {
        if (!key.MayListKeys)
            return OpenAiDialect.MissingScope("api.management.read");
        var project = (string)http.Request.RouteValues["id"]!;
        if (!ProjectsOf(key).Contains(project))
            return OpenAiDialect.NoSuchProject(project);
        var keys = book.KeysOf(BilledKey.Of(key.Key)).Where(one => one.Project == project);
        return await OpenAiPages.WriteListAsync(http, keys, one => one.Id!, Describe);

        static JsonObject Describe(BilledKey one) =>
            new()
            {
                ["object"] = "organization.project.api_key",
                ["redacted_value"] = one.Hint,
                ["name"] = one.Name,
                ["created_at"] = CreatedAt,
                ["last_used_at"] = null,
                ["id"] = one.Id,
                ["owner"] = new JsonObject
                {
                    ["type"] = "user",
                    ["user"] = new JsonObject
                    {
                        ["object"] = "organization.project.user",
                        ["id"] = "user-owner",
                        ["name"] = "Owner",
                        ["email"] = "owner@example.com",
                        ["role"] = "owner",
                        ["added_at"] = CreatedAt,
                    },
                },
            };
    }

    // Every organisation has its default project.
    private IEnumerable<string> ProjectsOf(KeyVerdict key) =>
        book.KeysOf(BilledKey.Of(key.Key)).Select(one => one.Project!).Prepend("proj_default").Distinct();
}
