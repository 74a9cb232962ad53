using System.Net;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;
using MyCoach.Users;

namespace MyCoach.Tests.Upkeep;

/// <summary>Events go when they are older than they are to be kept, and nothing else does.</summary>
public sealed class RetentionTests(LocalParts parts)
{
    private const string TwoMonths = "Usage:RetentionMonths=2";

    [Fact]
    public async Task Events_go_after_their_months_and_totals_and_the_ledger_stay()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TwoMonths]);
        var ann = app.As("ann");
        // One each in November, December and January; by the first of February two months have passed since November.
        for (var month = 0; month < 3; month++)
        {
            app.Clock.Advance(TimeSpan.FromDays(month == 0 ? 0 : 31));
            (await ann.PostAsync("/api/usage", Request.Event($"call-{month}"))).Is(HttpStatusCode.Created);
        }
        await RunAsync(app);
        Assert.Equal("1 1 1", await EventsAsync(app, ann));

        app.Clock.Advance(TimeSpan.FromDays(31));
        await RunAsync(app);
        Assert.Equal("0 1 1", await EventsAsync(app, ann));
        Assert.DoesNotContain(
            await app.RowsAsync("Usage"),
            row => row is { PartitionKey: "ann_202611", RowKey: "mark_call-0" }
        );
        foreach (var grouping in (string[])["model", "day", "provider"])
        {
            Assert.Equal(
                1,
                (long)
                    (await ann.GetAsync($"/api/usage/summary?month=2026-11&groupBy={grouping}"))["totals"]["requests"]!
            );
        }
        Assert.Equal(0.0105m, (decimal)(await ann.GetAsync("/api/budget?month=2026-11"))["spentUsd"]);
        (await ann.GetAsync("/api/usage/202611-call-0")).IsProblem(404, "not_found");
        (await ann.DeleteAsync("/api/usage/202611-call-0")).IsProblem(404, "not_found");

        // A recount finds no drift in a ledger without its events.
        await app.Service<LedgerRecount>()
            .TryRunAsync(UserOf("ann"), new(2026, 11), TestContext.Current.CancellationToken);
        await app.Service<LedgerRecount>()
            .TryRunAsync(UserOf("ann"), new(2026, 12), TestContext.Current.CancellationToken);
        Assert.Equal(0.0105m, (decimal)(await ann.GetAsync("/api/budget?month=2026-11"))["spentUsd"]);
        Assert.DoesNotContain(
            await app.RowsAsync("Usage"),
            row => row.RowKey.StartsWith("repair_", StringComparison.Ordinal)
        );

        // Once a month: then nothing is looked at but how far it is.
        (await ann.GetAsync("/api/usage?month=2026-11")).Is(HttpStatusCode.OK);
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var counted = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, TwoMonths, TestApp.Behind(proxy)],
            beside: app
        );
        await RunAsync(counted);
        Assert.Equal(2, proxy.Calls.Count);
    }

    [Fact]
    public async Task Interrupted_retention_continues_and_never_looks_like_drift()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TwoMonths, TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        for (var i = 0; i < 130; i++)
        {
            (await ann.PostAsync("/api/usage", Request.Event($"call-{i}"))).Is(HttpStatusCode.Created);
        }
        app.Clock.Advance(TimeSpan.FromDays(90));
        var deletions = 0;
        proxy.Fault = call =>
            call.IsTransaction && call.Body.Contains("DELETE http", StringComparison.Ordinal) && ++deletions == 2
                ? StorageFault.DropBefore
                : StorageFault.None;
        await RunAsync(app);
        var left = (await app.RowsAsync("Usage")).Count(IsEventOrMark);
        Assert.InRange(left, 1, 259);
        await app.Service<LedgerRecount>()
            .TryRunAsync(UserOf("ann"), new(2026, 11), TestContext.Current.CancellationToken);
        Assert.Equal(1.365m, (decimal)(await ann.GetAsync("/api/budget?month=2026-11"))["spentUsd"]);

        // What is left is whole, and what is gone is gone.
        foreach (var i in (int[])[0, 60, 129])
        {
            Assert.Contains(
                (await ann.GetAsync($"/api/usage/202611-call-{i}")).Status,
                new[] { HttpStatusCode.OK, HttpStatusCode.NotFound }
            );
        }

        await RunAsync(app);
        Assert.DoesNotContain(await app.RowsAsync("Usage"), IsEventOrMark);
        Assert.Equal(1.365m, (decimal)(await ann.GetAsync("/api/budget?month=2026-11"))["spentUsd"]);
        Assert.Equal(130, (long)(await ann.GetAsync("/api/usage/summary?month=2026-11"))["totals"]["requests"]!);

        static bool IsEventOrMark(TableEntity row) =>
            row.RowKey.StartsWith("event_", StringComparison.Ordinal)
            || row.RowKey.StartsWith("mark_", StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_itself_everything_is_kept()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        (await ann.PostAsync("/api/usage", Request.Event("call-0"))).Is(HttpStatusCode.Created);
        app.Clock.Advance(TimeSpan.FromDays(399));
        await RunAsync(app);
        Assert.Equal("1 0 0", await EventsAsync(app, ann));
        Assert.DoesNotContain("Retention", await app.TablesAsync());
    }

    private static Task RunAsync(TestApp app) =>
        app.Service<UsageRetention>().RunAsync(TestContext.Current.CancellationToken);

    private static UserId UserOf(string name) => UserId.TryCreate(name)!;

    private static async Task<string> EventsAsync(TestApp app, ApiClient user)
    {
        var counts = new List<int>();
        foreach (var month in (string[])["2026-11", "2026-12", "2027-01"])
        {
            counts.Add(
                (await user.GetAsync($"/api/usage?month={month}")).Is(HttpStatusCode.OK)["events"].AsArray().Count
            );
        }
        return string.Join(' ', counts);
    }
}
