using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using MyCoach.Conversations;
using MyCoach.Dev;
using MyCoach.Ledger;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Conversations;

/// <summary>What deletions of conversations leave, how many there can be, and what they cost others.</summary>
public sealed class TombstoneTests(LocalParts parts)
{
    [Fact]
    public async Task Deleting_an_unused_id_leaves_nothing()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        (await ann.DeleteAsync("/api/conversations/before-any-month")).Is(HttpStatusCode.NoContent);
        await PostAsync(ann, "talk");
        await PostAsync(app.As("bob"), "bobs");

        foreach (var id in (string[])["never-used", "Talk", "tal", "talk_", "bobs"])
        {
            (await ann.DeleteAsync($"/api/conversations/{id}")).Is(HttpStatusCode.NoContent);
        }

        Assert.Empty(await app.RowsAsync("Conversations"));
        Assert.Empty((await ann.GetAsync("/api/account/activity"))["activity"].AsArray());
        Assert.Single((await ann.GetAsync("/api/usage?conversationId=talk"))["events"].AsArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(14)]
    [InlineData(26)]
    public async Task An_id_that_only_an_earlier_month_uses_is_deleted(int months)
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        await PostAsync(ann, "old");
        app.Clock.SetUtcNow(app.Clock.GetUtcNow().AddMonths(months));
        ann = app.As("ann");
        await PostAsync(ann, "new");

        (await ann.DeleteAsync("/api/conversations/old")).Is(HttpStatusCode.NoContent);

        var listed = (await ann.GetAsync("/api/usage?month=2026-11")).Is(HttpStatusCode.OK)["events"].AsArray();
        Assert.Null(Assert.Single(listed)!["conversationId"]);
        Assert.Single((await ann.GetAsync("/api/usage?conversationId=new"))["events"].AsArray());
    }

    [Fact]
    public async Task A_second_deletion_without_a_use_in_between_changes_nothing()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        await PostAsync(ann, "talk");
        (await ann.DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);
        var tombstone = await TombstoneAsync();

        (await ann.DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);
        Assert.Equal(tombstone.ETag, (await TombstoneAsync()).ETag);
        Assert.Single((await ann.GetAsync("/api/account/activity"))["activity"].AsArray());

        await PostAsync(ann, "talk");
        (await ann.DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);
        Assert.True((await TombstoneAsync()).GetInt64("Generation") > tombstone.GetInt64("Generation"));
        Assert.Equal(1, await CountAsync(app, "ann"));
        Assert.Empty((await ann.GetAsync("/api/usage?conversationId=talk"))["events"].AsArray());

        async Task<TableEntity> TombstoneAsync() =>
            (await app.RowsAsync("Conversations")).Single(row => row.RowKey == "talk");
    }

    [Fact]
    public async Task A_deletion_with_a_lost_answer_succeeds_once()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        await PostAsync(ann, "talk");
        var left = 1;
        proxy.Fault = call =>
            call.IsTransaction && Interlocked.Decrement(ref left) == 0 ? StorageFault.DropAfter : StorageFault.None;

        (await ann.DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);

        Assert.Equal(1, await CountAsync(app, "ann"));
        Assert.Single((await ann.GetAsync("/api/account/activity"))["activity"].AsArray());
    }

    [Fact]
    public async Task Deletions_beyond_the_limit_wait_until_earlier_ones_are_cleared()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        await PostAsync(ann, "first");
        await PostAsync(ann, "second");
        (await ann.DeleteAsync("/api/conversations/first")).Is(HttpStatusCode.NoContent);
        await SetCountAsync(app, TombstonesTable.MaxPerUser);

        var refused = (await ann.DeleteAsync("/api/conversations/second")).IsProblem(429, "too_many_requests");
        Assert.Equal("600", Assert.Single(refused.Headers.GetValues("Retry-After")));
        Assert.Single((await ann.GetAsync("/api/usage?conversationId=second"))["events"].AsArray());
        // Neither needs another tombstone.
        (await ann.DeleteAsync("/api/conversations/never-used")).Is(HttpStatusCode.NoContent);
        await PostAsync(ann, "first");
        (await ann.DeleteAsync("/api/conversations/first")).Is(HttpStatusCode.NoContent);
        await PostAsync(app.As("bob"), "second");
        (await app.As("bob").DeleteAsync("/api/conversations/second")).Is(HttpStatusCode.NoContent);

        app.Clock.Advance(TimeSpan.FromHours(2));
        await SweepAsync(app);
        (await app.As("ann").DeleteAsync("/api/conversations/second")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Many_tombstones_are_read_once_until_they_change()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        await using var beside = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: app);
        var ann = app.As("ann");
        await PostAsync(ann, "talk");
        await SeedAsync(app, 2_500);

        await ReadsAsync(3);
        await ReadsAsync(1);
        (await beside.As("ann").DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);
        Assert.All(await ReadsAsync(3), usage => Assert.Null(usage!["conversationId"]));
        await ReadsAsync(1);

        async Task<System.Text.Json.Nodes.JsonArray> ReadsAsync(int pages)
        {
            proxy.ClearCalls();
            var events = (await ann.GetAsync("/api/usage")).Is(HttpStatusCode.OK)["events"].AsArray();
            Assert.Equal(
                pages,
                proxy.Calls.Count(call => call.Path.Contains("Conversations", StringComparison.Ordinal))
            );
            return events;
        }
    }

    private static async Task SeedAsync(TestApp app, int tombstones)
    {
        // The table is there once a conversation was deleted.
        await PostAsync(app.As("ann"), "gone");
        (await app.As("ann").DeleteAsync("/api/conversations/gone")).Is(HttpStatusCode.NoContent);
        var rows = Enumerable
            .Range(0, tombstones)
            .Select(i => new TableEntity("ann", string.Create(CultureInfo.InvariantCulture, $"seed-{i:D5}"))
            {
                ["Generation"] = 1L,
                ["DeletedAt"] = app.Clock.GetUtcNow(),
                ["IsCleared"] = false,
            });
        foreach (var chunk in rows.Chunk(100))
        {
            await app.Table("Conversations")
                .SubmitTransactionAsync(
                    chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)),
                    TestContext.Current.CancellationToken
                );
        }
        await SetCountAsync(app, tombstones + 1);
    }

    private static async Task SetCountAsync(TestApp app, int count) =>
        await app.Table("Conversations")
            .UpsertEntityAsync(
                new TableEntity("ann", "!count") { ["Count"] = count },
                TableUpdateMode.Replace,
                TestContext.Current.CancellationToken
            );

    private static async Task<int?> CountAsync(TestApp app, string user) =>
        (await app.RowsAsync("Conversations"))
            .Single(row => row.PartitionKey == user && row.RowKey == "!count")
            .GetInt32("Count");

    private static async Task PostAsync(ApiClient user, string conversation) =>
        (await user.PostAsync("/api/usage", Request.Event(conversationId: conversation))).Is(HttpStatusCode.Created);

    private static Task SweepAsync(TestApp app) =>
        app.Service<ConversationSweep>().RunAsync(TestContext.Current.CancellationToken);
}
