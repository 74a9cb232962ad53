using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Upkeep;

/// <summary>Totals that do not add up any more: a fault of ours, or a hand in the tables.</summary>
public sealed partial class LedgerRecountTests(LocalParts parts)
{
    private const string User = "user-of-one-name";
    private const string Partition = $"{User}_202611";
    private const string NoTimer = "BudgetRollupSchedule=0 0 0 1 6 *";

    // A thousand input and five hundred output tokens of $3 and $15 a million.
    private const long PicoUsdEach = 10_500_000_000;

    [Theory]
    [InlineData("ledger")]
    [InlineData("day_20261115_anthropic_claude-sonnet-4-20250514")]
    [InlineData("conversation_talk")]
    [InlineData("agent_coach")]
    public async Task A_wrong_total_is_repaired_and_reported_after_the_day(string row)
    {
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        using var drifts = new DriftCount(app);
        await PostAsync(app, 3);
        await SpoilAsync(app, row, requests: 5, picoUsd: -7);

        await RollUpAsync(app);
        Assert.Empty(await RepairsAsync(app));
        EndDay(app);
        await RollUpAsync(app);

        await AssertAddsUpAsync(app);
        var repair = Assert.Single(await RepairsAsync(app));
        Assert.Equal(row, repair.GetString("Row"));
        Assert.Equal(-5, repair.GetInt64("Requests"));
        Assert.Equal("7", repair.GetString("CostPicoUsd"));
        Assert.Equal(0, repair.GetInt64("InputTokens"));
        Assert.Equal(app.Clock.GetUtcNow(), repair.GetDateTimeOffset("At"));
        var report = Assert.Single(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Contains("Drift", report, StringComparison.Ordinal);
        Assert.DoesNotContain(app.Logs.Lines, line => line.Contains(User, StringComparison.Ordinal));
        Assert.Equal(1, drifts.Count);
        Assert.Equal(0.0315m, (decimal)(await app.As(User).GetAsync("/api/budget"))["spentUsd"]);
    }

    [Fact]
    public async Task Missing_totals_are_restored_and_orphaned_ones_emptied()
    {
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        await PostAsync(app, 2);
        var ghost = new TableEntity(await RowAsync(app, "agent_coach")) { RowKey = "agent_ghost" };
        await app.Table("Usage").AddEntityAsync(ghost, TestContext.Current.CancellationToken);
        foreach (var row in new[] { "day_20261115_anthropic_claude-sonnet-4-20250514", "conversation_talk" })
        {
            await app.Table("Usage")
                .DeleteEntityAsync(Partition, row, cancellationToken: TestContext.Current.CancellationToken);
        }
        EndDay(app);

        await RollUpAsync(app);

        await AssertAddsUpAsync(app);
        Assert.Equal(
            [("agent_ghost", -2L), ("conversation_talk", 2L), ("day_20261115_anthropic_claude-sonnet-4-20250514", 2L)],
            (await RepairsAsync(app))
                .Select(repair => (repair.GetString("Row"), repair.GetInt64("Requests")!.Value))
                .Order()
        );
    }

    [Fact]
    public async Task A_large_repair_takes_several_transactions()
    {
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        using var drifts = new DriftCount(app);
        for (var i = 0; i < 50; i++)
        {
            await PostAsync(app, 1, agentId: $"agent{i}");
        }
        foreach (var row in await TotalsAsync(app))
        {
            await SpoilAsync(app, row.RowKey, requests: 1, picoUsd: 1);
        }
        EndDay(app);

        await RollUpAsync(app);

        await AssertAddsUpAsync(app);
        Assert.Equal(53, (await RepairsAsync(app)).Count);
        Assert.Equal(53, drifts.Count);
    }

    [Fact]
    public async Task A_repair_releases_orphaned_reservations_and_raises_alerts()
    {
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        using var drifts = new DriftCount(app);
        using var user = app.As(User);
        await user.PatchAsync("/api/settings", new { monthlyBudgetCents = 6, alertThresholds = (int[])[50] });
        await PostAsync(app, 2);
        var row = await RowAsync(app, "ledger");
        row["ReservedPicoUsd"] = "50000000000";
        row["Reservations"] = 3L;
        await app.Table("Usage")
            .UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);
        // A third event that the ledger does not know of: 3.15 of 6 cents.
        var usage = (await app.RowsAsync("Usage")).First(stored => IsOf(stored, "event"));
        usage.RowKey += "x";
        usage["CallerId"] += "x";
        await app.Table("Usage").AddEntityAsync(usage, TestContext.Current.CancellationToken);
        Assert.Equal(0.05m, (decimal)(await user.GetAsync("/api/budget"))["reservedUsd"]);

        EndDay(app);
        await RollUpAsync(app);
        var budget = await user.GetAsync("/api/budget");
        Assert.Equal((0.0315m, 0m), ((decimal)budget["spentUsd"], (decimal)budget["reservedUsd"]));
        Assert.NotEqual(0, drifts.Count);
        await RollUpAsync(app);
        Assert.Equal(
            50,
            (int)Assert.Single((await user.GetAsync("/api/budget"))["alerts"].AsArray())!["thresholdPercent"]!
        );
    }

    [Fact]
    public async Task A_correct_month_is_recounted_once_and_not_written()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [NoTimer, TestApp.Behind(proxy)]);
        using var drifts = new DriftCount(app);
        await PostAsync(app, 3);
        EndDay(app);
        var before = (await app.RowsAsync("Usage")).Select(row => (row.RowKey, row.ETag));
        proxy.ClearCalls();

        await RollUpAsync(app);

        Assert.Equal(QueriesOfCount, proxy.Calls.Count(IsCount));
        Assert.All(
            proxy.Calls.Where(call => call.Method != "GET"),
            call => Assert.Contains("ChangedMonths(", call.Path, StringComparison.Ordinal)
        );
        Assert.Equal(before, (await app.RowsAsync("Usage")).Select(row => (row.RowKey, row.ETag)));
        Assert.Equal(0, drifts.Count);
        proxy.ClearCalls();
        foreach (var wait in new[] { 1, 60, 60 * 24 })
        {
            app.Clock.Advance(TimeSpan.FromMinutes(wait));
            await RollUpAsync(app);
        }
        Assert.DoesNotContain(proxy.Calls, IsCount);
    }

    // The totals by token come after the ledger in the order of keys, so they are a query apart.
    private const int QueriesOfCount = 2;

    private static bool IsCount(StorageCall call) => call.Path.EndsWith("Usage()", StringComparison.Ordinal);

    private static void EndDay(TestApp app) =>
        app.Clock.SetUtcNow(app.Clock.GetUtcNow().Date.AddDays(1).AddMinutes(70));

    private static Task RollUpAsync(TestApp app) =>
        app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);

    private static async Task PostAsync(
        TestApp app,
        int events,
        string conversationId = "talk",
        string agentId = "coach"
    )
    {
        for (var i = 0; i < events; i++)
        {
            var usage = new
            {
                provider = "anthropic",
                model = "claude-sonnet-4-20250514",
                inputTokens = 1000,
                outputTokens = 500,
                conversationId,
                agentId,
            };
            (await app.As(User).PostAsync("/api/usage", usage)).Is(HttpStatusCode.Created);
        }
    }

    private static async Task SpoilAsync(TestApp app, string rowKey, long requests, long picoUsd)
    {
        var row = await RowAsync(app, rowKey);
        row["Requests"] = row.GetInt64("Requests")!.Value + requests;
        row["CostPicoUsd"] = (CostOf(row) + picoUsd).ToString(CultureInfo.InvariantCulture);
        await app.Table("Usage")
            .UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);
    }

    private static async Task<TableEntity> RowAsync(TestApp app, string rowKey) =>
        await app.Table("Usage")
            .GetEntityAsync<TableEntity>(Partition, rowKey, cancellationToken: TestContext.Current.CancellationToken);
}
