using System.Net;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Upkeep;

/// <summary>A retention that needs more than one run.</summary>
public sealed class RetentionShareTests(LocalParts parts)
{
    private const string TwoMonths = "Usage:RetentionMonths=2";

    [Fact]
    public async Task A_run_out_of_time_continues_with_the_next_month()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy, "a", "b", "c", "d", "e");
        DelayTransactions(app, proxy, TimeSpan.FromSeconds(55));

        await RunAsync(app);
        Assert.Equal(["e_202611"], await MonthsWithEventsAsync(app));
        Assert.Equal("e_202611", Assert.Single(await ProgressAsync(app)).GetString("From"));
        proxy.ClearCalls();
        await RunAsync(app);

        Assert.Empty(await MonthsWithEventsAsync(app));
        Assert.Empty(await ProgressAsync(app));
        Assert.DoesNotContain(proxy.Calls, call => call.Path.Contains("'a_202611'", StringComparison.Ordinal));
        Assert.Equal("202611", Assert.Single(await app.RowsAsync("Retention")).GetString("Through"));
    }

    [Fact]
    public async Task A_month_that_needs_more_than_its_share_does_not_delay_others()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy, "a", "b", "c");
        DelayTransactions(app, proxy, TimeSpan.FromSeconds(61), "a_202611");

        await RunAsync(app);
        // Its ledger says that more may follow, so that a recount leaves the month alone.
        var ledger = (await app.RowsAsync("Usage")).Single(row =>
            row is { PartitionKey: "a_202611", RowKey: "ledger" }
        );
        Assert.Equal("Begun", ledger.GetString("Removal"));
        Assert.DoesNotContain("c_202611", await MonthsWithEventsAsync(app));
        Assert.Null(Assert.Single(await app.RowsAsync("Retention")).GetString("Through"));
        proxy.Hold = _ => Task.CompletedTask;
        await RunAsync(app);

        Assert.Empty(await MonthsWithEventsAsync(app));
        Assert.Equal("202611", Assert.Single(await app.RowsAsync("Retention")).GetString("Through"));
    }

    [Fact]
    public async Task What_is_left_out_before_the_stop_is_scanned_again()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy, "a", "b", "c", "d", "e");
        DelayTransactions(app, proxy, TimeSpan.FromSeconds(61));
        await RunAsync(app);
        Assert.Equal("d_202611", Assert.Single(await ProgressAsync(app)).GetString("From"));
        proxy.Hold = _ => Task.CompletedTask;

        await RunAsync(app);
        Assert.Null(Assert.Single(await app.RowsAsync("Retention")).GetString("Through"));
        await RunAsync(app);

        Assert.Equal("202611", Assert.Single(await app.RowsAsync("Retention")).GetString("Through"));
        Assert.All(
            (await app.RowsAsync("Usage")).Where(row => row.RowKey == "ledger"),
            ledger => Assert.Equal("Done", ledger.GetString("Removal"))
        );
    }

    [Fact]
    public async Task A_scan_of_an_earlier_period_is_not_continued()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy, "a", "b", "c", "d", "e");
        (await app.As("a").PostAsync("/api/usage", Request.Event("later"))).Is(HttpStatusCode.Created);
        DelayTransactions(app, proxy, TimeSpan.FromSeconds(55));
        await RunAsync(app);
        proxy.Hold = _ => Task.CompletedTask;
        app.Clock.Advance(TimeSpan.FromDays(90));

        await RunAsync(app);

        Assert.Empty(await MonthsWithEventsAsync(app));
        Assert.Equal("202702", Assert.Single(await app.RowsAsync("Retention")).GetString("Through"));
    }

    // Each user has an event in a month that is past its retention period.
    private async Task<TestApp> StartAsync(StorageProxy proxy, params string[] users)
    {
        var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TwoMonths, TestApp.Behind(proxy)]);
        foreach (var user in users)
        {
            (await app.As(user).PostAsync("/api/usage", Request.Event("call"))).Is(HttpStatusCode.Created);
        }
        app.Clock.Advance(TimeSpan.FromDays(90));
        return app;
    }

    private static void DelayTransactions(TestApp app, StorageProxy proxy, TimeSpan time, string partition = "") =>
        proxy.Hold = call =>
        {
            var isDelayed = call.IsTransaction && call.Body.Contains(partition, StringComparison.Ordinal);
            app.Clock.Advance(isDelayed ? time : TimeSpan.Zero);
            return Task.CompletedTask;
        };

    private static Task RunAsync(TestApp app) =>
        app.Service<UsageRetention>().RunAsync(TestContext.Current.CancellationToken);

    private static async Task<IEnumerable<string>> MonthsWithEventsAsync(TestApp app) =>
        (await app.RowsAsync("Usage"))
            .Where(row => row.RowKey.StartsWith("event_", StringComparison.Ordinal))
            .Select(row => row.PartitionKey);

    private static async Task<IEnumerable<TableEntity>> ProgressAsync(TestApp app) =>
        (await app.RowsAsync("ChangedMonths")).Where(row => row.PartitionKey == "progress");
}
