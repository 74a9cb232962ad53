using System.Net;
using MyCoach.Storage;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;
using MyCoach.Users;

namespace MyCoach.Tests.Usage;

/// <summary>A posted event that is deleted counts nowhere, and stays visible under its id.</summary>
public sealed class DeletionTests(LocalParts parts)
{
    private const string Address = "/api/usage/202611-call-1";

    private static readonly object Event = new
    {
        id = "call-1",
        provider = "anthropic",
        model = "claude-sonnet-4-20250514",
        inputTokens = 1000,
        outputTokens = 500,
        conversationId = "talk",
        agentId = "coach",
    };

    [Fact]
    public async Task A_deleted_event_leaves_lists_exports_summaries_and_the_budget()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Request.Event("call-2"))).Is(HttpStatusCode.Created);

        (await ann.DeleteAsync(Address)).Is(HttpStatusCode.NoContent);

        var listed = (await ann.GetAsync("/api/usage"))["events"].AsArray();
        Assert.Equal("202611-call-2", (string?)Assert.Single(listed)!["id"]);
        Assert.DoesNotContain("call-1", (await ann.GetAsync("/api/usage/export")).Text, StringComparison.Ordinal);
        foreach (var query in new[] { "", "?groupBy=day", "?groupBy=agent", "?groupBy=conversation", "?agentId=coach" })
        {
            var summary = (await ann.GetAsync($"/api/usage/summary{query}")).Is(HttpStatusCode.OK);
            var isOfAgent = query == "?agentId=coach";
            Assert.Equal(isOfAgent ? 0 : 1, (int)summary["totals"]["requests"]!);
            Assert.Equal(isOfAgent ? 0 : 0.0105m, (decimal)summary["totals"]["costUsd"]!);
            Assert.Equal(-0.0105m, (decimal)summary["totals"]["adjustmentsUsd"]!);
            Assert.DoesNotContain(summary["groups"].AsArray(), group => (string?)group!["key"] is "coach" or "talk");
        }
        Assert.Equal(0.0105m, (decimal)(await ann.GetAsync("/api/budget"))["spentUsd"]);
        await LedgerCheck.BalancesAsync(ann, await app.RowsAsync("Usage"), "ann_202611");
        await AssertNoDriftAsync(app);
    }

    [Fact]
    public async Task A_deletion_ends_the_state_of_a_budget_that_was_used_up()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 });
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);
        Assert.Equal("exceeded", (string?)(await ann.GetAsync("/api/budget"))["status"]);
        (await ann.DeleteAsync(Address)).Is(HttpStatusCode.NoContent);
        Assert.Equal("ok", (string?)(await ann.GetAsync("/api/budget"))["status"]);
    }

    [Fact]
    public async Task A_deleted_event_shows_when_and_by_how_much_its_cost_changed()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);
        (await ann.DeleteAsync(Address)).Is(HttpStatusCode.NoContent);

        var shown = (await ann.GetAsync(Address)).Is(HttpStatusCode.OK);

        Assert.Equal(TestApp.Noon, (DateTimeOffset)shown["deletedAt"]);
        Assert.Equal(0, (decimal)shown["costUsd"]);
        Assert.Equal(0.0105m, (decimal)shown["receipt"]["totalUsd"]!);
        Assert.Equal(1000, (int)shown["inputTokens"]);
        var adjustment = Assert.Single(shown["adjustments"].AsArray())!;
        Assert.Equal("deleted", (string?)adjustment["reason"]);
        Assert.Equal(TestApp.Noon, (DateTimeOffset)adjustment["at"]!);
        Assert.Equal(-0.0105m, (decimal)adjustment["differenceUsd"]!);
        Assert.Null(adjustment["priceVersion"]);
        Assert.Null(shown.Body!["replacedBy"]);
        var entry = (await ann.GetAsync("/api/account/activity"))["activity"]
            .AsArray()
            .Single(entry => (string?)entry!["action"] == "usage_deleted")!;
        Assert.Equal("202611-call-1", (string?)entry["subject"]);
    }

    [Fact]
    public async Task A_second_deletion_changes_nothing()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);
        (await ann.DeleteAsync(Address)).Is(HttpStatusCode.NoContent);
        var before = await ann.GetAsync(Address);
        app.Clock.Advance(TimeSpan.FromMinutes(1));

        (await ann.DeleteAsync(Address)).Is(HttpStatusCode.NoContent);

        Assert.Equal(before.Text, (await ann.GetAsync(Address)).Text);
        Assert.Single(
            (await ann.GetAsync("/api/account/activity"))["activity"].AsArray(),
            entry => (string?)entry!["action"] == "usage_deleted"
        );
    }

    [Fact]
    public async Task Concurrent_deletions_count_once()
    {
        await using var app = await TestApp.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: app);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);

        var answers = await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(i => (i % 2 == 0 ? ann : other.As("ann")).DeleteAsync(Address))
                .Append(ann.PostAsync("/api/usage", Request.Event("call-2")))
        );

        Assert.All(answers[..10], answer => answer.Is(HttpStatusCode.NoContent));
        Assert.Equal(0.0105m, (decimal)(await ann.GetAsync("/api/budget"))["spentUsd"]);
        Assert.Single((await ann.GetAsync(Address))["adjustments"].AsArray());
        await AssertNoDriftAsync(app);
    }

    [Fact]
    public async Task An_event_of_an_earlier_month_changes_the_ledger_of_that_month()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);
        app.Clock.Advance(TimeSpan.FromDays(70));
        (await ann.PostAsync("/api/usage", Request.Event("call-2"))).Is(HttpStatusCode.Created);

        (await ann.DeleteAsync(Address)).Is(HttpStatusCode.NoContent);

        Assert.Equal(0, (decimal)(await ann.GetAsync("/api/budget?month=2026-11"))["spentUsd"]);
        Assert.Equal(0.0105m, (decimal)(await ann.GetAsync("/api/budget"))["spentUsd"]);
        await AssertNoDriftAsync(app);
    }

    [Fact]
    public async Task A_crossed_threshold_stays_crossed()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 });
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);
        var before = (await ann.GetAsync("/api/budget"))["alerts"].ToJsonString();
        Assert.NotEqual("[]", before);

        (await ann.DeleteAsync(Address)).Is(HttpStatusCode.NoContent);

        var budget = await ann.GetAsync("/api/budget");
        Assert.Equal("ok", (string?)budget["status"]);
        Assert.Equal(before, budget["alerts"].ToJsonString());
        (await ann.PostAsync("/api/usage", Request.Event("call-2"))).Is(HttpStatusCode.Created);
        Assert.Equal(before, (await ann.GetAsync("/api/budget"))["alerts"].ToJsonString());
    }

    [Fact]
    public async Task A_deleted_event_loses_its_conversation_like_any_other()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        // Without a cost, so that no total shows the event any more.
        (await ann.PostAsync("/api/usage", Request.Event("free", model: "unknown", conversationId: "talk"))).Is(
            HttpStatusCode.Created
        );
        (await ann.DeleteAsync("/api/usage/202611-free")).Is(HttpStatusCode.NoContent);

        (await ann.DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);

        Assert.Null((await ann.GetAsync("/api/usage/202611-free")).Body!["conversationId"]);
        await AssertNoDriftAsync(app);
    }

    [Fact]
    public async Task An_event_is_deleted_after_its_conversation()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Event)).Is(HttpStatusCode.Created);
        (await ann.DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);
        (await ann.PostAsync("/api/usage", Request.Event("call-2", conversationId: "talk"))).Is(HttpStatusCode.Created);

        (await ann.DeleteAsync(Address)).Is(HttpStatusCode.NoContent);

        var talk = Assert.Single((await ann.GetAsync("/api/usage/summary?groupBy=conversation"))["groups"].AsArray())!;
        Assert.Equal(1, (int)talk["requests"]!);
        Assert.Equal(0, (decimal)talk["adjustmentsUsd"]!);
        await LedgerCheck.BalancesAsync(ann, await app.RowsAsync("Usage"), "ann_202611");
    }

    private static async Task AssertNoDriftAsync(TestApp app)
    {
        Assert.True(
            await app.Service<LedgerRecount>()
                .TryRunAsync(UserId.TryCreate("ann")!, new Month(2026, 11), TestContext.Current.CancellationToken)
        );
        Assert.DoesNotContain(
            await app.RowsAsync("Usage"),
            row => row.RowKey.StartsWith("repair_", StringComparison.Ordinal)
        );
    }
}
