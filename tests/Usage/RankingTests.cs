using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

/// <summary>Summaries by conversation and by agent.</summary>
public sealed class RankingTests(LocalParts parts)
{
    [Theory]
    [InlineData("conversation", "conversationId")]
    [InlineData("agent", "agentId")]
    public async Task Groups_are_ranked_by_cost_and_the_rest_is_other(string groupBy, string member)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann, Enumerable.Range(1, 23).Select(i => Event(member, $"id-{i:D2}", outputTokens: i * 10)));
        await PostAsync(ann, [Event(member, "id-05", outputTokens: 10_000), Event(member, null, outputTokens: 7)]);
        await PostAsync(app.As("bob"), [Event(member, "bobs", outputTokens: 100_000)]);

        var ids = new List<string>();
        for (var next = ""; next is not null; )
        {
            var page = (await ann.GetAsync($"/api/usage/summary?month=2026-11&groupBy={groupBy}&limit=7{next}")).Is(
                HttpStatusCode.OK
            );
            var groups = page["groups"].AsArray();
            ids.AddRange(groups.Select(group => (string)group!["key"]!));
            foreach (var figure in new[] { "requests", "inputTokens", "outputTokens" })
            {
                Assert.Equal(
                    (long)page["totals"][figure]!,
                    groups.Append(page["other"]).Sum(group => (long)group![figure]!)
                );
            }
            Assert.Equal(
                Pico(page["totals"]),
                groups.Append(page["other"]).Aggregate(Int128.Zero, (sum, group) => sum + Pico(group))
            );
            next = (string?)page.Body!["nextCursor"] is { } cursor ? $"&cursor={cursor}" : null;
        }

        Assert.Equal(Enumerable.Range(1, 23).Where(i => i != 5).Reverse().Prepend(5).Select(i => $"id-{i:D2}"), ids);
    }

    [Fact]
    public async Task Groups_of_equal_cost_are_ordered_by_id()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann, ((string[])["b", "a", "C", "_"]).Select(id => Event("agentId", id, outputTokens: 1)));

        var first = (await ann.GetAsync("/api/usage/summary?groupBy=agent&limit=2")).Is(HttpStatusCode.OK);
        var second = await ann.GetAsync(
            $"/api/usage/summary?groupBy=agent&limit=2&cursor={(string?)first["nextCursor"]}"
        );

        Assert.Equal(
            "C _ a b",
            string.Join(
                ' ',
                first["groups"].AsArray().Concat(second["groups"].AsArray()).Select(group => (string)group!["key"]!)
            )
        );
    }

    [Theory]
    [InlineData("groupBy=agent&from=2026-11-01&to=2026-11-02", "groupBy")]
    [InlineData("groupBy=agent&limit=0", "limit")]
    [InlineData("groupBy=agent&limit=501", "limit")]
    [InlineData("groupBy=agent&cursor=nonsense", "cursor")]
    [InlineData("groupBy=agent&month=2026-13", "month")]
    [InlineData("groupBy=model&limit=5", "limit")]
    [InlineData("groupBy=day&cursor=x", "cursor")]
    public async Task Incompatible_parameters_are_refused(string query, string field)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").GetAsync($"/api/usage/summary?{query}")).Blames(field);
    }

    [Fact]
    public async Task A_cursor_is_valid_for_its_query_only()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann, ((string[])["a", "b"]).Select(id => Event("agentId", id, outputTokens: 1)));
        var cursor = (string?)(await ann.GetAsync("/api/usage/summary?groupBy=agent&limit=1"))["nextCursor"];

        (await ann.GetAsync($"/api/usage/summary?groupBy=agent&limit=9&cursor={cursor}")).Is(HttpStatusCode.OK);
        (await ann.GetAsync($"/api/usage/summary?groupBy=conversation&cursor={cursor}")).Blames("cursor");
        (await ann.GetAsync($"/api/usage/summary?groupBy=agent&month=2026-10&cursor={cursor}")).Blames("cursor");
        (await app.As("bob").GetAsync($"/api/usage/summary?groupBy=agent&cursor={cursor}")).Blames("cursor");
    }

    [Theory]
    [InlineData("nonsense\nid")]
    [InlineData("99999999999999999999999999999999999999999\nid")]
    [InlineData("1")]
    [InlineData("1\na\nb")]
    public async Task A_cursor_that_was_made_up_is_refused(string place)
    {
        await using var app = await TestApp.StartAsync(parts);
        var cursor = MyCoach.Http.Cursor.Write(place, "ann\n2026-11\nagent");
        (await app.As("ann").GetAsync($"/api/usage/summary?groupBy=agent&cursor={cursor}")).Blames("cursor");
    }

    [Fact]
    public async Task An_empty_month_has_no_groups()
    {
        await using var app = await TestApp.StartAsync(parts);
        var summary = (await app.As("ann").GetAsync("/api/usage/summary?groupBy=conversation")).Is(HttpStatusCode.OK);
        Assert.Empty(summary["groups"].AsArray());
        Assert.Equal(0, (long)summary["other"]["requests"]!);
    }

    private static Int128 Pico(JsonNode? totals) => Int128.Parse((string)totals!["costPicoUsd"]!, null);

    private static async Task PostAsync(ApiClient user, IEnumerable<JsonObject> events) =>
        (await user.PostAsync("/api/usage", new JsonObject { ["events"] = new JsonArray([.. events]) })).Is(
            HttpStatusCode.OK
        );

    private static JsonObject Event(string member, string? id, int outputTokens) =>
        new()
        {
            ["provider"] = "openai",
            ["model"] = "gpt-4o",
            ["inputTokens"] = 3,
            ["outputTokens"] = outputTokens,
            [member] = id,
        };
}
