using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Usage;

/// <summary>A post that replaces an event deletes that event and is recorded, in one step.</summary>
public sealed class ReplacementTests(LocalParts parts)
{
    private const string First = "202611-call-1";

    [Fact]
    public async Task A_replacement_counts_instead_of_the_event()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("call-1", conversationId: "talk"))).Is(HttpStatusCode.Created);
        app.Clock.Advance(TimeSpan.FromHours(1));

        var created = (await ann.PostAsync("/api/usage", Replacement("call-2", inputTokens: 2000))).Is(
            HttpStatusCode.Created
        );

        Assert.Equal("created", (string?)created["outcome"]);
        Assert.Equal(TestApp.Noon, (DateTimeOffset)created["createdAt"]);
        var old = (await ann.GetAsync($"/api/usage/{First}")).Is(HttpStatusCode.OK);
        Assert.Equal("202611-call-2", (string?)old["replacedBy"]);
        Assert.Equal(TestApp.Noon.AddHours(1), (DateTimeOffset)old["deletedAt"]);
        Assert.Equal(First, (string?)(await ann.GetAsync("/api/usage/202611-call-2"))["replaces"]);
        var totals = (await ann.GetAsync("/api/usage/summary"))["totals"];
        Assert.Equal((1, 2000), ((int)totals["requests"]!, (int)totals["inputTokens"]!));
        Assert.Equal(0.0135m, (decimal)totals["costUsd"]!);
        await LedgerCheck.BalancesAsync(ann, await app.RowsAsync("Usage"), "ann_202611");
        var entry = Assert.Single((await ann.GetAsync("/api/account/activity"))["activity"].AsArray())!;
        Assert.Equal(("usage_replaced", First), ((string)entry["action"]!, (string)entry["subject"]!));
    }

    [Fact]
    public async Task A_repeated_replacement_is_a_repetition()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Replacement("call-2"))).Is(HttpStatusCode.Created);

        var again = (await ann.PostAsync("/api/usage", Replacement("call-2"))).Is(HttpStatusCode.OK);

        Assert.Equal("repeated", (string?)again["outcome"]);
        Assert.Equal(1, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
        // The same event without the member is other content.
        (await ann.PostAsync("/api/usage", Request.Event("call-2"))).IsProblem(409, "conflict");
    }

    [Fact]
    public async Task An_event_is_replaced_once()
    {
        await using var app = await TestApp.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: app);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(2, 6)
                .Select(i => (i % 2 == 0 ? ann : other.As("ann")).PostAsync("/api/usage", Replacement($"call-{i}")))
        );

        var winner = (string?)Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created)["id"];
        foreach (var refused in answers.Where(answer => answer.Status != HttpStatusCode.Created))
        {
            refused.IsProblem(409, "conflict");
            Assert.Contains(winner!, (string?)refused["errors"]["replaces"]![0], StringComparison.Ordinal);
            Assert.Equal(First, (string?)refused["eventId"]);
        }
        Assert.Equal(1, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Fact]
    public async Task A_deleted_event_is_not_replaced()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        (await ann.DeleteAsync($"/api/usage/{First}")).Is(HttpStatusCode.NoContent);

        foreach (var id in new[] { "call-2", null })
        {
            var refused = (await ann.PostAsync("/api/usage", Replacement(id))).IsProblem(409, "conflict");
            Assert.Contains("deleted", (string?)refused["errors"]["replaces"]![0], StringComparison.Ordinal);
        }

        Assert.Equal(0, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Theory]
    [InlineData("202611-none", "call-2", null, "replaces")]
    [InlineData("202611-gw-1", "call-2", null, "replaces")]
    [InlineData("nonsense", "call-2", null, "replaces")]
    [InlineData(First, "call-1", null, "id")]
    [InlineData(First, "call-2", "2026-10-31T23:00:00Z", "createdAt")]
    public async Task An_impossible_replacement_is_refused(string replaces, string id, string? createdAt, string field)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);

        (await ann.PostAsync("/api/usage", Replacement(id, replaces: replaces, createdAt: createdAt))).Blames(field);
        (
            await ann.PostAsync(
                "/api/usage",
                new { events = new[] { Request.Event("x"), Replacement(id, replaces: replaces, createdAt: createdAt) } }
            )
        ).Blames($"events[1].{field}");

        Assert.Equal(1, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Fact]
    public async Task An_id_in_use_leaves_the_event_as_it_is()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Request.Event("call-2"))).Is(HttpStatusCode.Created);

        var refused = (await ann.PostAsync("/api/usage", Replacement("call-2"))).IsProblem(409, "conflict");

        Assert.Equal("202611-call-2", (string?)refused["eventId"]);
        Assert.Null((await ann.GetAsync($"/api/usage/{First}")).Body!["deletedAt"]);
        Assert.Equal(2, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Fact]
    public async Task A_batch_replaces_events_of_several_months()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        app.Clock.Advance(TimeSpan.FromDays(60));
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        var batch = new
        {
            events = new[]
            {
                Replacement("call-2"),
                Replacement("call-2", replaces: "202701-call-1"),
                Request.Event("new"),
            },
        };

        var answer = (await ann.PostAsync("/api/usage", batch)).Is(HttpStatusCode.OK);

        Assert.Equal(
            ["202611-call-2", "202701-call-2", "202701-new"],
            answer["events"].AsArray().Select(usage => (string?)usage!["id"])
        );
        (await ann.PostAsync("/api/usage", batch)).Is(HttpStatusCode.OK);
        Assert.Equal(1, (int)(await ann.GetAsync("/api/usage/summary?month=2026-11"))["totals"]["requests"]!);
        Assert.Equal(2, (int)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Fact]
    public async Task A_batch_cannot_replace_an_event_twice()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);

        (
            await ann.PostAsync("/api/usage", new { events = new[] { Replacement("call-2"), Replacement("call-3") } })
        ).Blames("events[1].replaces");
    }

    private static object Replacement(
        string? id,
        long inputTokens = 1000,
        string replaces = First,
        string? createdAt = null
    ) =>
        new
        {
            id,
            provider = "anthropic",
            model = "claude-sonnet-4-20250514",
            inputTokens,
            outputTokens = 500,
            conversationId = (string?)null,
            replaces,
            createdAt,
        };
}
