using System.Net;
using MyCoach.Conversations;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Conversations;

public sealed class ConversationTests(LocalParts parts)
{
    [Fact]
    public async Task A_deleted_conversation_disappears_and_its_cost_stays()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann, "1", "talk");
        await PostAsync(ann, "2", "other");

        (await ann.DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);

        await AssertDetachedAsync(ann, "1");
        Assert.Equal("other", (string?)(await ann.GetAsync("/api/usage/202611-2"))["conversationId"]);
        Assert.Equal(2, (long)(await ann.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }

    [Fact]
    public async Task A_deletion_shows_at_once_on_every_instance_for_its_owner_only()
    {
        await using var app = await TestApp.StartAsync(parts);
        await using var beside = await TestApp.StartAsync(parts, beside: app);
        await PostAsync(app.As("ann"), "1", "talk");
        await PostAsync(app.As("bob"), "1", "talk");
        await PostAsync(beside.As("ann"), "2", "talk");

        (await app.As("ann").DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);

        await AssertDetachedAsync(beside.As("ann"), "1");
        await AssertDetachedAsync(beside.As("ann"), "2");
        Assert.Equal("talk", (string?)(await beside.As("bob").GetAsync("/api/usage/202611-1"))["conversationId"]);
    }

    [Fact]
    public async Task It_costs_the_same_however_many_events_there_are()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        await PostAsync(ann, "1", "warm-up");
        await ann.DeleteAsync("/api/conversations/warm-up");
        await PostAsync(ann, "2", "short");
        foreach (var i in Enumerable.Range(0, 4))
        {
            var events = Enumerable
                .Range(0, 50)
                .Select(n =>
                    $$"""{"provider":"openai","model":"gpt-4o","inputTokens":{{n}},"outputTokens":1,"conversationId":"long"}"""
                );
            (await ann.PostAsync("/api/usage", $$"""{"events":[{{string.Join(',', events)}}]}""")).Is(
                HttpStatusCode.OK
            );
        }

        Assert.Equal(await CallsAsync("short"), await CallsAsync("long"));

        async Task<int> CallsAsync(string id)
        {
            proxy.ClearCalls();
            (await ann.DeleteAsync($"/api/conversations/{id}")).Is(HttpStatusCode.NoContent);
            return proxy.Calls.Count;
        }
    }

    [Fact]
    public async Task Its_id_can_be_used_again_before_and_after_the_rows_are_cleared()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann, "1", "talk");
        await ann.DeleteAsync("/api/conversations/talk");
        await PostAsync(ann, "2", "talk");
        await AssertTalkHoldsAsync("2");

        await SweepAsync(app);
        await AssertTalkHoldsAsync("2");
        await PostAsync(ann, "3", "talk");
        await AssertTalkHoldsAsync("3 2");

        app.Clock.Advance(TimeSpan.FromHours(2));
        await SweepAsync(app);
        Assert.Empty(await app.RowsAsync("Conversations"));
        await PostAsync(ann, "4", "talk");
        await AssertTalkHoldsAsync("4 3 2");

        await ann.DeleteAsync("/api/conversations/talk");
        await PostAsync(ann, "5", "talk");
        await AssertTalkHoldsAsync("5");

        async Task AssertTalkHoldsAsync(string ids)
        {
            var expected = ids.Split(' ').Select(id => $"202611-{id}").ToArray();
            var listed = (await ann.GetAsync("/api/usage?conversationId=talk"))
                .Is(HttpStatusCode.OK)["events"]
                .AsArray();
            Assert.Equal(expected, listed.Select(usage => (string)usage!["id"]!));
            Assert.All(listed, usage => Assert.Equal("talk", (string?)usage!["conversationId"]));
            var all = (await ann.GetAsync("/api/usage"))["events"].AsArray();
            Assert.Equal(
                expected,
                all.Where(usage => (string?)usage!["conversationId"] == "talk").Select(usage => (string)usage!["id"]!)
            );
            var group = Assert.Single(
                (await ann.GetAsync("/api/usage/summary?groupBy=conversation"))["groups"].AsArray()
            );
            Assert.Equal((string?)"talk", (string?)group!["key"]);
            Assert.Equal(expected.Length, (int)group["requests"]!);
        }
    }

    [Fact]
    public async Task The_timer_clears_the_rows_of_every_month_and_nothing_else()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await PostAsync(ann, "1", "talk");
        await PostAsync(ann, "2", "other");
        await ann.PostAsync(
            "/api/usage",
            """{"id":"3","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"conversationId":"talk","createdAt":"2026-10-31T10:00:00Z"}"""
        );
        await ann.DeleteAsync("/api/conversations/talk");

        await SweepAsync(app);

        var rows = await app.RowsAsync("Usage");
        Assert.DoesNotContain(
            rows,
            row => row.RowKey == "conversation_talk" || row.Any(column => Equals(column.Value, "talk"))
        );
        Assert.Contains(rows, row => row.RowKey == "conversation_other");
        Assert.Single(rows, row => Equals(row.GetString("ConversationId"), "other"));
        await AssertDetachedAsync(ann, "1");
        Assert.Equal(
            "202611-1",
            (string?)(await ann.PostAsync("/api/usage", Event("1", "talk"))).Is(HttpStatusCode.OK)["id"]
        );
    }

    [Theory]
    [InlineData("a%20b")]
    [InlineData("%C3%A4")]
    [InlineData("a%2Fb")]
    public async Task An_impossible_id_is_refused(string id)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").DeleteAsync($"/api/conversations/{id}")).Blames("id");
    }

    [Fact]
    public async Task A_conversation_has_no_states_to_name_in_If_Match()
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As("ann").DeleteAsync("/api/conversations/talk", "\"some-tag\"")).IsProblem(
            412,
            "precondition_failed"
        );
        (await app.As("ann").DeleteAsync("/api/conversations/talk", "*")).Is(HttpStatusCode.NoContent);
    }

    private static async Task AssertDetachedAsync(ApiClient user, string id)
    {
        Assert.Null((await user.GetAsync($"/api/usage/202611-{id}")).Is(HttpStatusCode.OK).Body!["conversationId"]);
        Assert.Null(
            (await user.PostAsync("/api/usage", Event(id, "talk"))).Is(HttpStatusCode.OK).Body!["conversationId"]
        );
        var usage = (await user.GetAsync("/api/usage"))["events"]
            .AsArray()
            .Single(usage => (string?)usage!["id"] == $"202611-{id}");
        Assert.Null(usage!["conversationId"]);
        Assert.Empty((await user.GetAsync("/api/usage?conversationId=talk"))["events"].AsArray());
        Assert.DoesNotContain(
            (await user.GetAsync("/api/usage/summary?groupBy=conversation"))["groups"].AsArray(),
            group => (string?)group!["key"] == "talk"
        );
        Assert.DoesNotContain("talk", (await user.GetAsync("/api/usage/export")).Text, StringComparison.Ordinal);
        var months = (await user.GetAsync("/api/account/export"))["months"].AsArray();
        Assert.Null(
            months
                .SelectMany(month => month!["events"]!.AsArray())
                .Single(exported => (string?)exported!["id"] == $"202611-{id}")!["conversationId"]
        );
        Assert.DoesNotContain(
            months.SelectMany(month => month!["conversations"]!.AsArray()),
            conversation => (string?)conversation!["key"] == "talk"
        );
    }

    private static async Task PostAsync(ApiClient user, string id, string conversation) =>
        (await user.PostAsync("/api/usage", Event(id, conversation))).Is(HttpStatusCode.Created);

    private static string Event(string id, string conversation) =>
        $$"""{"id":"{{id}}","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"conversationId":"{{conversation}}"}""";

    private static Task SweepAsync(TestApp app)
    {
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        return app.Service<ConversationSweep>().RunAsync(TestContext.Current.CancellationToken);
    }
}
