using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

/// <summary>All names of one model are one group, and models of two providers are two.</summary>
public sealed class ModelGroupTests(LocalParts parts)
{
    private static readonly (string Provider, string Model)[] Names =
    [
        ("openai", "gpt-4o"),
        ("openai", "gpt-4o-2024-08-06"),
        ("openai", "GPT-4o"),
        ("openai", "gpt-4o-2024-05-13"),
        ("anthropic", "gpt-4o"),
        ("anthropic", "claude-haiku-4.5"),
        ("anthropic", "claude-haiku-4-5-20251001"),
        ("anthropic", "claude-sonnet-4"),
        ("anthropic", "shared"),
        ("openai", "shared"),
        ("openai", "alone"),
    ];

    [Theory]
    [InlineData(
        "",
        "alone=1 anthropic/gpt-4o=1 anthropic/shared=1 claude-haiku-4-5=2 claude-sonnet-4-20250514=1 gpt-4o-2024-05-13=1 gpt-4o=3 openai/shared=1"
    )]
    [InlineData("&provider=anthropic", "claude-haiku-4-5=2 claude-sonnet-4-20250514=1 gpt-4o=1 shared=1")]
    [InlineData("&model=gpt-4o", "anthropic/gpt-4o=1 gpt-4o=3")]
    [InlineData("&model=gpt-4o-2024-11-20&provider=openai", "gpt-4o=3")]
    [InlineData("&model=claude-haiku-4-5&model=claude-sonnet-4-0", "claude-haiku-4-5=2 claude-sonnet-4-20250514=1")]
    [InlineData("&servedModel=gpt-4o&groupBy=model", "anthropic/gpt-4o=1 gpt-4o=1")]
    [InlineData("&model=claude-haiku-4-5&groupBy=servedModel", "claude-haiku-4-5-20251001=1 claude-haiku-4.5=1")]
    [InlineData("&model=shared&groupBy=provider", "anthropic=1 openai=1")]
    public async Task Summaries_group_by_the_catalogues_id(string query, string groups)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann, agent: "coach");

        // From totals, and from events.
        foreach (var source in new[] { "", "&agentId=coach" })
        {
            var summary = await ann.GetAsync($"/api/usage/summary?month=2026-11{query}{source}");
            Assert.Equal(groups, Groups(summary.Is(HttpStatusCode.OK)));
            Assert.All(
                summary["groups"]
                    .AsArray()
                    .Where(group => ((string)group!["key"]!).StartsWith("claude", StringComparison.Ordinal)),
                group => Assert.Equal("anthropic", (string?)group!["provider"])
            );
        }
    }

    [Theory]
    [InlineData("model=gpt-4o&provider=openai", "GPT-4o gpt-4o gpt-4o-2024-08-06")]
    [InlineData("model=gpt-4o-2024-08-06&provider=openai", "GPT-4o gpt-4o gpt-4o-2024-08-06")]
    [InlineData("servedModel=gpt-4o", "gpt-4o gpt-4o")]
    [InlineData("model=claude-haiku-4-5-latest", "claude-haiku-4-5-20251001 claude-haiku-4.5")]
    [InlineData("model=alone", "alone")]
    public async Task Filters_find_all_names_of_a_model(string query, string models)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann);

        var listed = (await ann.GetAsync($"/api/usage?{query}")).Is(HttpStatusCode.OK)["events"].AsArray();
        var exported = (await ann.GetAsync($"/api/usage/export?{query}")).Is(HttpStatusCode.OK).Text;

        Assert.Equal(
            models,
            string.Join(' ', listed.Select(usage => (string)usage!["model"]!).Order(StringComparer.Ordinal))
        );
        Assert.Equal(listed.Count, exported.TrimEnd().Split("\r\n").Length - 1);
    }

    [Fact]
    public async Task An_event_shows_the_model_asked_for_and_the_one_that_answered()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        ann.Emulator.Knobs.AnswerNext(
            PlannedAnswer.Of(
                Encoding.UTF8.GetBytes(
                    """{"id":"c","model":"gpt-4o-2024-08-06","choices":[{"message":{"content":"Yes."},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"""
                )
            )
        );
        using var answer = await ann.SendAsync(
            "openai/v1/chat/completions",
            """{"model":"gpt-4o","messages":[{"role":"user","content":"Hi"}]}"""
        );
        _ = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var id = Assert.Single(answer.Headers.GetValues("X-MyCoach-Usage-Id"));

        Assert.Equal(
            ("gpt-4o-2024-08-06", "gpt-4o", "gpt-4o"),
            Models((await ann.Api.GetAsync($"/api/usage/{id}")).Is(HttpStatusCode.OK))
        );
        Assert.Equal("gpt-4o=1", Groups(await ann.Api.GetAsync("/api/usage/summary")));
        Assert.Equal("gpt-4o-2024-08-06=1", Groups(await ann.Api.GetAsync("/api/usage/summary?groupBy=servedModel")));
    }

    [Fact]
    public async Task A_post_can_state_the_model_that_was_asked_for()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        const string Event =
            """{"id":"x","provider":"openai","model":"gpt-4o-next","inputTokens":1000000,"outputTokens":0,"requestedModel":"gpt-4o"}""";

        var posted = (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);

        Assert.Equal(("gpt-4o-next", "gpt-4o", null), Models(posted));
        Assert.Equal((2.5m, true), ((decimal)posted["costUsd"], (bool)posted["priceEstimated"]));
        Assert.Equal("gpt-4o-next=1", Groups(await ann.GetAsync("/api/usage/summary")));
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.OK);
        (await ann.PostAsync("/api/usage", Event.Replace("\"gpt-4o\"", "\"o3\"", StringComparison.Ordinal))).IsProblem(
            409,
            "conflict"
        );
    }

    [Fact]
    public async Task Sums_stay_those_of_the_events()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await PostAsync(app.As("ann"));
        var rows = await app.RowsAsync("Usage");
        var total = LedgerSums.OfTotals(rows.Single(row => row.RowKey == "ledger"));
        var summary = await app.As("ann").GetAsync("/api/usage/summary");

        Assert.Equal(total, LedgerSums.OfAnswer(summary["totals"]));
        Assert.Equal(total, LedgerSums.Of(summary["groups"].AsArray().Select(group => LedgerSums.OfAnswer(group!))));
        // Each name has its own row of totals, as before.
        Assert.Equal(Names.Length, rows.Count(row => row.RowKey.StartsWith("day_", StringComparison.Ordinal)));
    }

    private static (string?, string?, string?) Models(Answer usage) =>
        ((string?)usage["model"], (string?)usage["requestedModel"], (string?)usage.Body!["catalogueModel"]);

    private static string Groups(Answer summary) =>
        string.Join(
            ' ',
            summary["groups"]
                .AsArray()
                .Select(group => $"{(string)group!["key"]!}={(int)group["requests"]!}")
                .Order(StringComparer.Ordinal)
        );

    private static async Task PostAsync(ApiClient user, string? agent = null)
    {
        var events = Names.Select(name => new JsonObject
        {
            ["provider"] = name.Provider,
            ["model"] = name.Model,
            ["inputTokens"] = 1000,
            ["outputTokens"] = 100,
            ["agentId"] = agent,
        });
        (await user.PostAsync("/api/usage", new JsonObject { ["events"] = new JsonArray([.. events]) })).Is(
            HttpStatusCode.OK
        );
    }
}
