using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

/// <summary>Summaries by day and a second key.</summary>
public sealed class DayGroupTests(LocalParts parts)
{
    private static readonly (string Id, string Provider, string Model, string? Agent, int Day, int Input)[] Events =
    [
        ("a", "openai", "gpt-4o", "coach", 1, 1000),
        ("b", "openai", "gpt-4o-2024-08-06", "coach", 1, 1000),
        ("c", "anthropic", "claude-opus-4-6", "poet", 1, 5000),
        ("d", "openai", "gpt-4o", null, 2, 1000),
        ("e", "openai", "unpriced", "poet", 2, 1000),
        ("f", "anthropic", "unpriced", "poet", 2, 1000),
    ];

    [Theory]
    [InlineData(
        "day,model",
        "1 claude-opus-4-6 anthropic 1|1 gpt-4o openai 2|2 gpt-4o openai 1|2 anthropic/unpriced anthropic 1|2 openai/unpriced openai 1"
    )]
    [InlineData(
        "day,servedModel",
        "1 claude-opus-4-6 anthropic 1|1 gpt-4o openai 1|1 gpt-4o-2024-08-06 openai 1|2 gpt-4o openai 1|2 anthropic/unpriced anthropic 1|2 openai/unpriced openai 1"
    )]
    [InlineData("day,provider", "1 anthropic anthropic 1|1 openai openai 2|2 openai openai 2|2 anthropic anthropic 1")]
    [InlineData("day,agent", "1 poet  1|1 coach  2|2 poet  2")]
    public async Task Groups_have_a_day_and_a_key(string groupBy, string groups)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann);

        var summary = (await ann.GetAsync($"/api/usage/summary?groupBy={groupBy}")).Is(HttpStatusCode.OK);

        Assert.Equal(
            groups.Split('|'),
            summary["groups"]
                .AsArray()
                .Select(group =>
                    $"{((string)group!["day"]!)[^1]} {group["key"]} {group["provider"]} {group["requests"]}"
                )
        );
        Assert.Equal(6, (int)summary["totals"]["requests"]!);
        // Calls without an agent are in no group.
        Assert.Equal(groupBy == "day,agent" ? 1 : null, (int?)summary.Body!["other"]?["requests"]);
        var reversed = string.Join(',', groupBy.Split(',').Reverse());
        Assert.Equal(summary.Text, (await ann.GetAsync($"/api/usage/summary?groupBy={reversed}")).Text);
    }

    [Theory]
    [InlineData("day,model")]
    [InlineData("day,provider")]
    [InlineData("day,servedModel")]
    [InlineData("day,agent")]
    public async Task Groups_and_other_add_up_to_the_totals(string groupBy)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann);
        (await ann.DeleteAsync("/api/usage/202611-c")).Is(HttpStatusCode.NoContent);

        foreach (
            var filter in new[]
            {
                "",
                "&agentId=poet&agentId=coach",
                "&provider=openai",
                "&from=2026-11-01&to=2026-11-01",
            }
        )
        {
            var summary = (await ann.GetAsync($"/api/usage/summary?groupBy={groupBy}{filter}")).Is(HttpStatusCode.OK);
            var groups = summary["groups"].AsArray().Select(group => LedgerSums.OfAnswer(group!)).ToArray();
            Assert.All(groups, group => Assert.NotEqual(0, group.Requests));
            Assert.Equal(
                LedgerSums.OfAnswer(summary["totals"]),
                LedgerSums.Of(groups) + (summary.Body!["other"] is { } other ? LedgerSums.OfAnswer(other) : default)
            );
        }
    }

    [Fact]
    public async Task One_key_has_no_day()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann);

        foreach (var groupBy in new[] { "model", "day", "provider", "agent" })
        {
            var summary = await ann.GetAsync($"/api/usage/summary?groupBy={groupBy}");
            Assert.All(summary["groups"].AsArray(), group => Assert.Null(group!["day"]));
        }
    }

    [Theory]
    [InlineData("day,conversation")]
    [InlineData("day,day")]
    [InlineData("model,agent")]
    [InlineData("day,model,agent")]
    [InlineData("day,")]
    [InlineData("day, model")]
    [InlineData("")]
    public async Task Other_pairs_are_refused(string groupBy)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").GetAsync($"/api/usage/summary?groupBy={Uri.EscapeDataString(groupBy)}")).Blames("groupBy");
        (await app.As("ann").GetAsync("/api/usage/summary?groupBy=day,model&limit=10")).Blames("limit");
    }

    [Fact]
    public async Task The_most_expensive_groups_are_listed_and_the_others_summed()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.GetAsync("/api/usage")).Is(HttpStatusCode.OK);
        var rows = Enumerable
            .Range(0, 2_100)
            .Select(i =>
                new TotalsRow(
                    $"day_202611{1 + (i % 30):D2}_openai_model-{i / 30:D3}",
                    new Totals(1, default, new(i + 1), UnpricedRequests: 0),
                    Generation: 0,
                    ETag: null
                ).Write("ann_202611")
            );
        foreach (var chunk in rows.Chunk(100))
        {
            await app.Table("Usage")
                .SubmitTransactionAsync(
                    chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)),
                    TestContext.Current.CancellationToken
                );
        }

        var summary = (await ann.GetAsync("/api/usage/summary?groupBy=day,model")).Is(HttpStatusCode.OK);

        var groups = summary["groups"].AsArray();
        Assert.Equal(2_000, groups.Count);
        Assert.Equal(100, (int)summary["other"]["requests"]!);
        Assert.Equal($"{Enumerable.Range(1, 100).Sum()}", (string?)summary["other"]["costPicoUsd"]);
        var order = groups.Select(group => ((string)group!["day"]!, -long.Parse((string)group["costPicoUsd"]!, null)));
        Assert.Equal(order.Order(), order);
    }

    private static async Task PostAsync(ApiClient user)
    {
        var events = Events.Select(usage => new JsonObject
        {
            ["id"] = usage.Id,
            ["provider"] = usage.Provider,
            ["model"] = usage.Model,
            ["inputTokens"] = usage.Input,
            ["outputTokens"] = 100,
            ["agentId"] = usage.Agent,
            ["createdAt"] = $"2026-11-0{usage.Day}T10:00:00Z",
        });
        (await user.PostAsync("/api/usage", new JsonObject { ["events"] = new JsonArray([.. events]) })).Is(
            HttpStatusCode.OK
        );
    }
}
