using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

/// <summary>The same filters select events in the list, in summaries and in the export.</summary>
public sealed class FilterTests(LocalParts parts)
{
    private static readonly (
        string Id,
        string Provider,
        string Model,
        string? Conversation,
        string? Agent,
        string At
    )[] Events =
    [
        ("a", "openai", "gpt-4o", "c1", "coach", "2026-10-30T23:59:59Z"),
        ("b", "openai", "gpt-4o-mini", "c1", null, "2026-10-31T00:00:00Z"),
        ("c", "anthropic", "claude-haiku-4-5", "c2", "coach", "2026-10-31T23:59:59.9999999Z"),
        ("d", "anthropic", "claude-opus-4-6", null, "poet", "2026-11-01T00:00:00Z"),
        ("e", "openai", "o3", "c3", "poet", "2026-11-02T10:00:00Z"),
        ("f", "openai", "gpt-4o", null, null, "2026-11-14T10:00:00Z"),
    ];

    [Theory]
    [InlineData("month=2026-10", "c b a")]
    [InlineData("from=2026-10-31&to=2026-11-01", "d c b")]
    [InlineData("from=2026-10-01&to=2026-11-30", "f e d c b a")]
    [InlineData("from=2026-10-31&to=2026-10-31", "c b")]
    [InlineData("from=2025-12-01&to=2026-11-30&provider=anthropic", "d c")]
    [InlineData("from=2026-10-01&to=2026-11-30&provider=anthropic&provider=openai", "f e d c b a")]
    [InlineData("from=2026-10-01&to=2026-11-30&model=gpt-4o", "f a")]
    [InlineData("from=2026-10-01&to=2026-11-30&model=gpt-4o&model=o3", "f e a")]
    [InlineData("from=2026-10-01&to=2026-11-30&agentId=coach", "c a")]
    [InlineData("from=2026-10-01&to=2026-11-30&agentId=coach&agentId=poet", "e d c a")]
    [InlineData("from=2026-10-01&to=2026-11-30&conversationId=c1&conversationId=c3", "e b a")]
    [InlineData("from=2026-10-01&to=2026-11-30&agentId=coach&conversationId=c1", "a")]
    [InlineData("from=2026-10-01&to=2026-11-30&agentId=coach&provider=openai&model=gpt-4o", "a")]
    [InlineData("agentId=unused", "")]
    public async Task Filters_select_the_same_events_everywhere(string query, string ids)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann);

        var (list, limited) = (await ListAsync(ann, query, 50), await ListAsync(ann, query, 1));
        var export = (await ann.GetAsync($"/api/usage/export?{query}")).Is(HttpStatusCode.OK).Text;
        var summary = (await ann.GetAsync($"/api/usage/summary?{query}")).Is(HttpStatusCode.OK);

        Assert.Equal(ids, string.Join(' ', list));
        Assert.Equal(ids, string.Join(' ', limited));
        Assert.Equal(
            ids,
            string.Join(' ', export.TrimEnd().Split("\r\n").Skip(1).Select(line => line.Split(',')[0][7..]))
        );
        Assert.Equal(list.Count, (int)summary["totals"]["requests"]!);
        Assert.Equal(
            (string?)summary["totals"]["costPicoUsd"],
            summary["groups"]
                .AsArray()
                .Aggregate(Int128.Zero, (sum, group) => sum + Int128.Parse((string)group!["costPicoUsd"]!, null))
                .ToString(null, null)
        );
    }

    [Theory]
    [InlineData("day", "2026-10-30 2026-10-31")]
    [InlineData("provider", "anthropic openai")]
    [InlineData("model", "claude-haiku-4-5 gpt-4o")]
    public async Task An_agents_usage_has_groups_too(string groupBy, string keys)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann);

        var summary = (
            await ann.GetAsync($"/api/usage/summary?from=2026-10-01&to=2026-11-30&agentId=coach&groupBy={groupBy}")
        ).Is(HttpStatusCode.OK);

        Assert.Equal(
            keys,
            string.Join(' ', summary["groups"].AsArray().Select(group => (string)group!["key"]!).Order())
        );
    }

    [Fact]
    public async Task A_ranking_of_some_ids_has_totals_of_these()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann);

        var query = "month=2026-11&groupBy=agent&agentId=poet&agentId=coach&agentId=poet";
        var summary = (await ann.GetAsync($"/api/usage/summary?{query}")).Is(HttpStatusCode.OK);

        Assert.Equal("poet", (string?)Assert.Single(summary["groups"].AsArray())!["key"]);
        Assert.Equal(2, (int)summary["totals"]["requests"]!);
        Assert.Equal(0, (int)summary["other"]["requests"]!);
    }

    [Theory]
    [InlineData("/api/usage?agentId=a%20b", "agentId")]
    [InlineData("/api/usage?provider=openai&provider=azure", "provider")]
    [InlineData("/api/usage?month=2026-11&from=2026-11-01&to=2026-11-02", "month")]
    [InlineData("/api/usage?from=2026-11-01", "to")]
    [InlineData("/api/usage/export?from=2025-01-01&to=2026-11-02", "to")]
    [InlineData("/api/usage/export?model=", "model")]
    [InlineData("/api/usage/summary?groupBy=agent&provider=openai", "provider")]
    [InlineData("/api/usage/summary?groupBy=agent&conversationId=c1", "conversationId")]
    public async Task Invalid_filters_are_refused_by_their_name(string path, string field)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").GetAsync(path)).Blames(field);
    }

    [Theory]
    [InlineData("/api/usage")]
    [InlineData("/api/usage/export")]
    [InlineData("/api/usage/summary")]
    public async Task A_member_may_have_up_to_twenty_values(string path)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann);
        var twenty = string.Join('&', Enumerable.Range(0, 19).Select(i => $"agentId=a{i}").Append("agentId=poet"));
        var month = "month=2026-11";

        var answer = (
            await ann.GetAsync(
                $"{path}?{month}&{twenty}&{twenty.Replace("agentId", "conversationId", StringComparison.Ordinal)}"
            )
        );

        answer.Is(HttpStatusCode.OK);
        (await ann.GetAsync($"{path}?{month}&{twenty}&agentId=x")).Blames("agentId");
        if (path == "/api/usage")
        {
            Assert.Equal(["e", "d"], await ListAsync(ann, $"{month}&{twenty}", 50));
        }
    }

    [Fact]
    public async Task A_deleted_conversation_is_not_found_by_its_id()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann);
        (await ann.DeleteAsync("/api/conversations/c1")).Is(HttpStatusCode.NoContent);

        Assert.Empty(await ListAsync(ann, "month=2026-10&conversationId=c1", 50));
        var summary = await ann.GetAsync("/api/usage/summary?month=2026-10&conversationId=c1");
        Assert.Equal(0, (int)summary.Is(HttpStatusCode.OK)["totals"]["requests"]!);
    }

    [Theory]
    [InlineData("202611\nanonsense")]
    [InlineData("202612\n")]
    [InlineData("202611\nx")]
    [InlineData("nonsense")]
    public async Task A_cursor_that_was_made_up_is_refused(string place)
    {
        await using var app = await TestApp.StartAsync(parts);
        var cursor = MyCoach.Http.Cursor.Write(place, "ann\n2026-11\n\n\n\n\n\n");
        (await app.As("ann").GetAsync($"/api/usage?cursor={cursor}")).Blames("cursor");
    }

    private static async Task PostAsync(ApiClient user)
    {
        var events = Events.Select(usage => new JsonObject
        {
            ["id"] = usage.Id,
            ["provider"] = usage.Provider,
            ["model"] = usage.Model,
            ["inputTokens"] = 1000,
            ["outputTokens"] = 100,
            ["conversationId"] = usage.Conversation,
            ["agentId"] = usage.Agent,
            ["createdAt"] = usage.At,
        });
        (await user.PostAsync("/api/usage", new JsonObject { ["events"] = new JsonArray([.. events]) })).Is(
            HttpStatusCode.OK
        );
    }

    private static async Task<List<string>> ListAsync(ApiClient user, string query, int limit)
    {
        var ids = new List<string>();
        for (var next = ""; next is not null; )
        {
            var page = (await user.GetAsync($"/api/usage?{query}&limit={limit}{next}")).Is(HttpStatusCode.OK);
            ids.AddRange(page["events"].AsArray().Select(usage => ((string)usage!["id"]!)[7..]));
            next = (string?)page.Body!["nextCursor"] is { } cursor ? $"&cursor={cursor}" : null;
        }
        return ids;
    }
}
