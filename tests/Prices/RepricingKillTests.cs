using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Prices;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Prices;

/// <summary>
/// Instances that price calls again and die at a storage call: from then on none of their calls arrives. The next one
/// continues.
/// </summary>
public sealed class RepricingKillTests(LocalParts parts)
{
    private static readonly string[] Months = ["2026-11", "2026-12", "2027-01"];

    [Theory]
    [InlineData(StorageFault.DropBefore)]
    [InlineData(StorageFault.DropAfter)]
    public async Task A_run_killed_at_each_storage_call_leaves_every_month_balanced(StorageFault last)
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await RecordAsync(app, "ann", eventsPerMonth: 9);
        await OrderAsync(app);

        var kills = 0;
        // Each life is longer than the one before, so that the runs come to an end.
        for (var calls = 1; !await IsFinishedAsync(app); calls++)
        {
            kills += await LiveAsync(app, calls, last) ? 0 : 1;
            await AssertBalancedAsync(app, await app.RowsAsync("Usage"));
        }

        Assert.InRange(kills, 15, 1_000);
        await AssertPricedAsync(app, eventsPerMonth: 9);
    }

    [Fact]
    public async Task Thousands_of_calls_of_three_months_come_out_right_whatever_dies()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await RecordAsync(app, "ann", eventsPerMonth: 1_100, alsoBy: "erased");
        await OrderAsync(app);
        var random = new Random(20261127);
        for (var life = 0; life < 6; life++)
        {
            await LiveAsync(app, random.Next(10, 60), StorageFault.DropAfter);
            if (life == 3)
            {
                await AccountStory.EraseAsync(app, "erased");
            }
        }
        await app.Service<Repricing>().RunAsync(TestContext.Current.CancellationToken);
        Assert.True(await IsFinishedAsync(app));

        var rows = await app.RowsAsync("Usage");
        await AssertBalancedAsync(app, rows);
        await AssertPricedAsync(app, eventsPerMonth: 1_100);
        Assert.DoesNotContain(rows, row => row.PartitionKey.StartsWith("erased_", StringComparison.Ordinal));
        Assert.DoesNotContain(await app.RowsAsync("Repricings"), row => row.PartitionKey == "erased");
        // Whatever changes a month changes its ledger.
        var before = await LedgerTagsAsync(app);
        await OrderAsync(app);
        await app.Service<Repricing>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(before, await LedgerTagsAsync(app));
    }

    // A model without a price and one whose price changes, in three months.
    private static async Task RecordAsync(TestApp app, string user, int eventsPerMonth, string? alsoBy = null)
    {
        foreach (var month in Months)
        {
            // Events may be posted at most 35 days late.
            app.Clock.SetUtcNow(DateTimeOffset.Parse($"{month}-28T12:00:00Z", CultureInfo.InvariantCulture));
            var events = Enumerable
                .Range(0, eventsPerMonth)
                .Select(i => new
                {
                    id = $"e{i}",
                    provider = "openai",
                    model = i % 3 == 0 ? "gpt-4o" : "gpt-9",
                    inputTokens = 1_000 + i,
                    outputTokens = 500,
                    conversationId = $"c{i % 5}",
                    agentId = $"a{i % 2}",
                    createdAt = $"{month}-{(i % 27) + 1:D2}T10:00:00Z",
                });
            foreach (var (i, batch) in events.Chunk(50).Index())
            {
                (await app.As(user).PostAsync("/api/usage", new { events = batch })).Is(HttpStatusCode.OK);
                if (i == 0 && alsoBy is not null)
                {
                    (await app.As(alsoBy).PostAsync("/api/usage", new { events = batch })).Is(HttpStatusCode.OK);
                }
            }
        }
    }

    private static async Task OrderAsync(TestApp app)
    {
        await app.CorrectAsync(PriceSteps.Model("gpt-9", 200, 1000), PriceSteps.Model("gpt-4o", 100, 400));
        (await app.Operator().PostAsync($"{PriceSteps.Book}/reprice", new { from = "2026-11-01" })).Is(
            HttpStatusCode.Accepted
        );
        app.Clock.Advance(TimeSpan.FromMinutes(1));
    }

    // Runs an instance that dies at its n-th storage call, which has this fate. False if it died.
    private async Task<bool> LiveAsync(TestApp app, int calls, StorageFault last)
    {
        var (left, died) = (calls, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        proxy.Fault = _ =>
        {
            var rest = Interlocked.Decrement(ref left);
            if (rest <= 0)
            {
                died.TrySetResult();
            }
            return rest > 0 ? StorageFault.None
                : rest == 0 ? last
                : StorageFault.DropBefore;
        };
        await using var doomed = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, TestApp.Behind(proxy)],
            beside: app
        );
        using var life = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var run = doomed.Service<Repricing>().RunAsync(life.Token);
        if (await Task.WhenAny(run, died.Task) == run)
        {
            await run;
            return true;
        }
        // What it still does, no one sees.
        await life.CancelAsync();
        _ = run.ContinueWith(_ => { }, TaskScheduler.Default);
        return false;
    }

    private static async Task<bool> IsFinishedAsync(TestApp app) =>
        (string?)(await app.Operator().GetAsync($"{PriceSteps.Book}/reprice"))["status"] == "finished";

    private static async Task AssertBalancedAsync(TestApp app, IReadOnlyList<TableEntity> rows)
    {
        foreach (var month in Months)
        {
            await LedgerCheck.BalancesAsync(
                app.As("ann"),
                rows,
                $"ann_{month.Replace("-", "", StringComparison.Ordinal)}"
            );
        }
    }

    private static async Task AssertPricedAsync(TestApp app, int eventsPerMonth)
    {
        foreach (var month in Months)
        {
            var totals = (await app.As("ann").GetAsync($"/api/usage/summary?month={month}"))["totals"];
            // By hand: a third of the calls at 100 and 400 cents per million, the others at 200 and 1,000.
            var cents = Enumerable
                .Range(0, eventsPerMonth)
                .Sum(i => i % 3 == 0 ? ((1_000 + i) * 100m) + (500 * 400m) : ((1_000 + i) * 200m) + (500 * 1_000m));
            Assert.Equal(cents / 100 / 1_000_000, (decimal)totals["costUsd"]!);
            Assert.Equal(0, (long)totals["unpricedRequests"]!);
        }
    }

    private static async Task<IReadOnlyList<Azure.ETag>> LedgerTagsAsync(TestApp app) =>
        await app.Table("Usage")
            .QueryAsync<TableEntity>("RowKey eq 'ledger'", cancellationToken: TestContext.Current.CancellationToken)
            .Select(row => row.ETag)
            .ToListAsync(TestContext.Current.CancellationToken);
}
