using System.Globalization;
using System.Net;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Ledger;
using MyCoach.Settings;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Upkeep;

/// <summary>The roll-up with many users: what it costs, and that it ends in time.</summary>
public sealed partial class UpkeepScaleTests(LocalParts parts)
{
    // The program's own timer would run into the roll-ups that are counted here.
    private const string NoTimer = "BudgetRollupSchedule=0 0 0 1 6 *";

    [Fact]
    public async Task The_roll_up_reads_only_changed_users_of_3_000()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [NoTimer, TestApp.Behind(proxy)]);
        await ChangeAsync(app, 0, 1);
        await CountAsync(app, proxy);
        var alone = await CountAsync(app, proxy, 1, 10);
        await SeedAsync(app, 3_000);

        var ten = await CountAsync(app, proxy, 11, 10);
        var hundred = await CountAsync(app, proxy, 21, 100);

        Assert.Equal(alone, ten);
        var each = (hundred - ten) / 90;
        Assert.Equal(hundred, ten + (90 * each));
        // The fence, the settings, the ledger as the settings and as the thresholds need it, one threshold, the note,
        // and the ledger once more after that.
        Assert.InRange(each, 1, 8);
        // What a run without users costs: reading where to begin and which users to visit or recount.
        Assert.InRange(ten - (10 * each), 1, 6);
    }

    [Fact]
    public async Task A_run_stops_at_its_limit_and_the_next_continues()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [NoTimer, TestApp.Behind(proxy)]);
        await ChangeAsync(app, 0, 24);
        var began = app.Clock.GetUtcNow();
        var (first, second) = (new List<string>(), new List<string>());
        proxy.Hold = call =>
        {
            Note(first, call);
            app.Clock.Advance(
                call.Path.Contains("'ledger'", StringComparison.Ordinal) ? TimeSpan.FromSeconds(30) : TimeSpan.Zero
            );
            return Task.CompletedTask;
        };

        await RollUpAsync(app);

        Assert.InRange(first.Count, 6, 23);
        // Those that were begun are ended, which takes each of four half a minute or two.
        Assert.InRange(app.Clock.GetUtcNow() - began, TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(10));
        var progress = Assert.Single(await ProgressAsync(app));
        Assert.DoesNotContain(progress.GetString("From"), first);
        proxy.Hold = call =>
        {
            Note(second, call);
            return Task.CompletedTask;
        };
        await RollUpAsync(app);

        Assert.Contains(progress.GetString("From"), second.Take(4));
        Assert.Equal(24, first.Union(second).Count());
        Assert.Empty(await ProgressAsync(app));
        await AssertAlertsOnceAsync(app, 24);

        void Note(List<string> seen, StorageCall call)
        {
            var parts = call.Path.Split('\'');
            if (parts is [_, _, _, "ledger", _])
            {
                lock (seen)
                {
                    seen.AddRange(seen.Contains(parts[1]) ? [] : [parts[1]]);
                }
            }
        }
    }

    [Fact]
    public async Task A_storage_that_is_away_ends_it_early()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [NoTimer, TestApp.Behind(proxy)]);
        await ChangeAsync(app, 0, 60);
        proxy.ClearCalls();
        proxy.Fault = call =>
            call.Path.Contains("ChangedMonths", StringComparison.Ordinal) ? StorageFault.None : StorageFault.Busy;

        await Assert.ThrowsAnyAsync<Exception>(() => RollUpAsync(app));

        // Ten months and those under way beside the tenth, four tries each.
        Assert.InRange(
            proxy.Calls.Count(call => !call.Path.Contains("ChangedMonths", StringComparison.Ordinal)),
            10,
            60
        );
        proxy.Fault = _ => StorageFault.None;
        await RollUpAsync(app);
        await AssertAlertsOnceAsync(app, 60);
    }

    // What a run costs when so many users have changed since the last one and none else.
    private static async Task<int> CountAsync(TestApp app, StorageProxy proxy, int first = 0, int changed = 0)
    {
        await ChangeAsync(app, first, changed);
        app.Clock.Advance(TimeSpan.FromMinutes(15));
        proxy.ClearCalls();
        await RollUpAsync(app);
        var calls = proxy.Calls.Count;
        Assert.DoesNotContain(await app.RowsAsync("ChangedMonths"), row => row.PartitionKey == "changed");
        return calls;
    }

    private static Task ChangeAsync(TestApp app, int first, int users) =>
        Parallel.ForEachAsync(
            Enumerable.Range(first, users),
            TestContext.Current.CancellationToken,
            async (i, _) =>
            {
                using var user = app.As(NameOf(i));
                (await user.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 })).Is(HttpStatusCode.OK);
                (await user.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
            }
        );

    private static async Task SeedAsync(TestApp app, int users)
    {
        var ledger = MonthLedger.New((UserSettings.Default with { MonthlyBudgetCents = 1000 }).Budget);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, users),
            new ParallelOptions
            {
                MaxDegreeOfParallelism = 32,
                CancellationToken = TestContext.Current.CancellationToken,
            },
            async (i, cancellation) =>
                await app.Table("Usage")
                    .AddEntityAsync(
                        ledger.Write(string.Create(CultureInfo.InvariantCulture, $"idle{i:D5}_202611")),
                        cancellation
                    )
        );
    }

    private static string NameOf(int i) => string.Create(CultureInfo.InvariantCulture, $"user{i:D4}");

    private static async Task<IReadOnlyList<TableEntity>> ProgressAsync(TestApp app) =>
        [.. (await app.RowsAsync("ChangedMonths")).Where(row => row.PartitionKey == "progress")];

    private static async Task AssertAlertsOnceAsync(TestApp app, int users)
    {
        foreach (var user in Enumerable.Range(0, users).Select(NameOf))
        {
            var alerts = (await app.As(user).GetAsync("/api/budget"))["alerts"].AsArray();
            Assert.Equal([50], alerts.Select(alert => (int)alert!["thresholdPercent"]!));
        }
    }

    private static Task RollUpAsync(TestApp app) =>
        app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);
}
