using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

public sealed class ListingTests(LocalParts parts)
{
    [Fact]
    public async Task Pages_hold_every_event_once_newest_first()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        for (var i = 0; i < 23; i++)
        {
            await ann.PostAsync("/api/usage", Request.Event($"call-{i:D2}"));
            app.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var listed = new List<string>();
        var pages = 0;
        for (var next = "?limit=5"; next is not null; pages++)
        {
            var page = (await ann.GetAsync($"/api/usage{next}")).Is(HttpStatusCode.OK);
            listed.AddRange(Ids(page));
            next = (string?)page.Body!["nextCursor"] is { } cursor ? $"?limit=5&cursor={cursor}" : null;
        }

        Assert.Equal(Enumerable.Range(0, 23).Reverse().Select(i => $"202611-call-{i:D2}"), listed);
        Assert.InRange(pages, 5, 6);
    }

    [Fact]
    public async Task An_event_recorded_while_paging_disturbs_no_page()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        foreach (var id in new[] { "a", "b", "c" })
        {
            await ann.PostAsync("/api/usage", Request.Event(id));
            app.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var first = await ann.GetAsync("/api/usage?limit=2");
        await ann.PostAsync("/api/usage", Request.Event("d"));
        var second = await ann.GetAsync($"/api/usage?limit=2&cursor={(string?)first["nextCursor"]}");

        Assert.Equal("202611-c 202611-b", string.Join(' ', Ids(first)));
        Assert.Equal("202611-a", string.Join(' ', Ids(second)));
    }

    [Fact]
    public async Task Filters_select_by_month_provider_model_and_conversation()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PostAsync("/api/usage", Request.Event("sonnet"));
        await ann.PostAsync("/api/usage", Request.Event("mini", "gpt-4o-mini", "openai"));
        await ann.PostAsync(
            "/api/usage",
            """{"id":"talk","provider":"openai","model":"it's odd","inputTokens":1,"outputTokens":1,"conversationId":"c:1","agentId":"coach"}"""
        );
        await ann.PostAsync(
            "/api/usage",
            """{"id":"old","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"createdAt":"2026-10-31T10:00:00Z"}"""
        );

        await Holds("provider=anthropic", "202611-sonnet");
        await Holds("model=gpt-4o-mini", "202611-mini");
        await Holds("model=it%27s%20odd", "202611-talk");
        await Holds("conversationId=c:1", "202611-talk");
        await Holds("month=2026-10", "202610-old");
        await Holds("month=2026-10&provider=anthropic", "");
        await Holds("month=2020-01", "");

        async Task Holds(string query, string ids) =>
            Assert.Equal(ids, string.Join(' ', Ids((await ann.GetAsync($"/api/usage?{query}")).Is(HttpStatusCode.OK))));
    }

    [Fact]
    public async Task A_filter_that_matches_little_still_finds_it()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PostAsync("/api/usage", Request.Event("needle", "gpt-4o", "openai"));
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => ann.PostAsync("/api/usage", Request.Event($"hay-{i}"))));

        var found = new List<string>();
        for (var next = "?limit=1&model=gpt-4o"; next is not null; )
        {
            var page = (await ann.GetAsync($"/api/usage{next}")).Is(HttpStatusCode.OK);
            found.AddRange(Ids(page));
            next = (string?)page.Body!["nextCursor"] is { } cursor ? $"?limit=1&model=gpt-4o&cursor={cursor}" : null;
        }
        Assert.Equal("202611-needle", Assert.Single(found));
    }

    [Fact]
    public async Task A_summary_adds_up_by_model_provider_and_day_over_months()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        foreach (
            var (id, model, provider, day) in new[]
            {
                ("1", "gpt-4o", "openai", "2026-10-30"),
                ("2", "gpt-4o", "openai", "2026-10-31"),
                ("3", "gpt-4o-mini", "openai", "2026-11-01"),
                ("4", "claude-opus-4.6", "anthropic", "2026-11-02"),
            }
        )
        {
            (
                await ann.PostAsync(
                    "/api/usage",
                    new
                    {
                        id,
                        provider,
                        model,
                        inputTokens = 1000,
                        outputTokens = 100,
                        createdAt = $"{day}T12:00:00Z",
                    }
                )
            ).Is(HttpStatusCode.Created);
        }

        var byDay = (await ann.GetAsync("/api/usage/summary?from=2026-10-31&to=2026-11-02&groupBy=day")).Is(
            HttpStatusCode.OK
        );
        Assert.Equal("2026-10-31 2026-11-01 2026-11-02", Keys(byDay));
        Assert.Equal(3, (long)byDay["totals"]["requests"]!);
        Assert.Equal(
            "claude-opus-4-6 gpt-4o gpt-4o-mini",
            Keys(await ann.GetAsync("/api/usage/summary?from=2026-10-31&to=2026-11-02"))
        );
        var byProvider = await ann.GetAsync("/api/usage/summary?from=2026-01-01&to=2026-12-31&groupBy=provider");
        Assert.Equal("anthropic openai", Keys(byProvider));
        Assert.Equal(
            (decimal)byProvider["totals"]["costUsd"]!,
            byProvider["groups"].AsArray().Sum(group => (decimal)group!["costUsd"]!)
        );
        Assert.Equal(4, (long)byProvider["totals"]["requests"]!);

        var empty = (await ann.GetAsync("/api/usage/summary?month=2020-02")).Is(HttpStatusCode.OK);
        Assert.Equal(("2020-02-01", "2020-02-29"), ((string?)empty["from"], (string?)empty["to"]));
        Assert.Equal("0", (string?)empty["totals"]["costPicoUsd"]);
    }

    private static IEnumerable<string> Ids(Answer page) =>
        page["events"].AsArray().Select(usage => (string)usage!["id"]!);

    private static string Keys(Answer summary) =>
        string.Join(' ', summary["groups"].AsArray().Select(group => (string?)group!["key"]));
}
