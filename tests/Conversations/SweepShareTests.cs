using System.Net;
using Azure.Data.Tables;
using MyCoach.Conversations;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Conversations;

/// <summary>How the sweep of deleted conversations divides its time among users.</summary>
public sealed class SweepShareTests(LocalParts parts)
{
    [Fact]
    public async Task A_user_with_many_rows_gets_a_share_and_continues_at_the_next_run()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await using var sweeping = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, TestApp.Behind(proxy)],
            beside: app
        );
        // More than a page of the table service.
        for (var batch = 0; batch < 24; batch++)
        {
            var events = Enumerable.Range(0, 50).Select(i => Request.Event(conversationId: i == 0 ? "talk" : "kept"));
            (await app.As("a").PostAsync("/api/usage", new { events })).Is(HttpStatusCode.OK);
        }
        await DeleteAsync(app, "a");
        await DeleteAsync(app, "b");
        app.Clock.Advance(TimeSpan.FromHours(2));
        // Each page of the first user takes longer than a share.
        SlowDown(proxy, app, TimeSpan.FromSeconds(31));

        await SweepAsync(sweeping);
        Assert.Equal(["!count", "!pass", "talk"], await ConversationRowsAsync(app));
        Assert.Empty(await ConversationRowsAsync(app, "b"));

        await SweepAsync(sweeping);
        Assert.Empty(await app.RowsAsync("Conversations"));
        var rows = await app.RowsAsync("Usage");
        Assert.DoesNotContain(rows, row => row.GetString("ConversationId") == "talk");
        Assert.Equal(24 * 49, rows.Count(row => row.GetString("ConversationId") == "kept"));
        Assert.DoesNotContain(rows, row => row.RowKey == "conversation_talk");
        await LedgerCheck.BalancesAsync(app.As("a"), rows, "a_202611");
    }

    [Fact]
    public async Task What_is_deleted_during_a_pass_waits_for_the_next_one()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await DeleteAsync(app, "a");
        // A pass that began long ago and is nearly over.
        await app.Table("Conversations")
            .AddEntityAsync(
                new TableEntity("a", "!pass")
                {
                    ["BeganAt"] = app.Clock.GetUtcNow().AddMinutes(-5),
                    ["Continuation"] = null,
                },
                TestContext.Current.CancellationToken
            );
        app.Clock.Advance(TimeSpan.FromHours(2));

        await SweepAsync(app);
        Assert.Equal(["!count", "talk"], await ConversationRowsAsync(app));
        await SweepAsync(app);
        Assert.Empty(await app.RowsAsync("Conversations"));
    }

    [Fact]
    public async Task A_run_out_of_time_continues_with_the_next_user()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await using var sweeping = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, TestApp.Behind(proxy)],
            beside: app
        );
        foreach (var user in (string[])["a", "b", "c", "d", "e"])
        {
            await DeleteAsync(app, user);
        }
        app.Clock.Advance(TimeSpan.FromHours(2));
        SlowDown(proxy, app, TimeSpan.FromMinutes(1.5));

        await SweepAsync(sweeping);
        Assert.Equal(["c", "d", "e"], await UsersAsync());
        Assert.Equal("c_000000", Assert.Single(await ProgressAsync()).GetString("From"));
        // It does not start with those whose tombstones came since.
        app.Clock.SetUtcNow(app.Clock.GetUtcNow().AddSeconds(1));
        await DeleteAsync(app, "a");
        app.Clock.Advance(TimeSpan.FromHours(2));
        await SweepAsync(sweeping);
        Assert.Equal(["a", "e"], await UsersAsync());
        await SweepAsync(sweeping);
        Assert.Empty(await app.RowsAsync("Conversations"));
        Assert.Empty(await ProgressAsync());

        async Task<IEnumerable<string>> UsersAsync() =>
            (await app.RowsAsync("Conversations")).Select(row => row.PartitionKey).Distinct();

        async Task<IEnumerable<TableEntity>> ProgressAsync() =>
            (await app.RowsAsync("ChangedMonths")).Where(row => row.PartitionKey == "progress");
    }

    // Each page of usage takes this long.
    private static void SlowDown(StorageProxy proxy, TestApp app, TimeSpan page) =>
        proxy.Hold = call =>
        {
            app.Clock.Advance(
                call.Method == "GET" && call.Path.EndsWith("Usage()", StringComparison.Ordinal) ? page : TimeSpan.Zero
            );
            return Task.CompletedTask;
        };

    private static async Task DeleteAsync(TestApp app, string user)
    {
        (await app.As(user).PostAsync("/api/usage", Request.Event(conversationId: "talk"))).Is(HttpStatusCode.Created);
        (await app.As(user).DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);
    }

    private static async Task<IEnumerable<string>> ConversationRowsAsync(TestApp app, string user = "a") =>
        (await app.RowsAsync("Conversations")).Where(row => row.PartitionKey == user).Select(row => row.RowKey);

    private static Task SweepAsync(TestApp app) =>
        app.Service<ConversationSweep>().RunAsync(TestContext.Current.CancellationToken);
}
