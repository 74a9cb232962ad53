using System.Net;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Upkeep;

public sealed class UpkeepTests(LocalParts parts)
{
    [Fact]
    public async Task Two_concurrent_runs_record_each_threshold_once()
    {
        await using var app = await TestApp.StartAsync(parts);
        await using var other = await TestApp.StartAsync(parts, beside: app);
        var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 });
        await ann.PostAsync("/api/usage", Request.Event());

        await Task.WhenAll(RollUp(app), RollUp(other), RollUp(app), RollUp(other));
        await AssertAlertsAsync(ann, 50);

        await ann.PostAsync("/api/usage", Request.Event());
        await RollUp(other);
        await AssertAlertsAsync(ann, 50, 80, 100);
    }

    [Fact]
    public async Task A_new_budget_arms_only_unreached_thresholds()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 100 });
        await ann.PostAsync("/api/usage", Request.Event());
        await RollUp(app);
        await AssertAlertsAsync(ann);

        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 });
        await RollUp(app);
        await AssertAlertsAsync(ann);

        await ann.PostAsync("/api/usage", Request.Event());
        await RollUp(app);
        await AssertAlertsAsync(ann, 80, 100);
    }

    [Fact]
    public async Task A_note_is_deleted_only_when_no_commit_relies_on_it()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PostAsync("/api/usage", Request.Event());
        Assert.Single(await NotesAsync(app));

        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await RollUp(app);
        Assert.Single(await NotesAsync(app));

        app.Clock.Advance(TimeSpan.FromMinutes(5));
        await RollUp(app);
        Assert.Empty(await NotesAsync(app));

        await ann.PostAsync("/api/usage", Request.Event());
        Assert.Single(await NotesAsync(app));
    }

    [Fact]
    public async Task No_change_of_settings_hides_an_alert()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 });
        await ann.PostAsync("/api/usage", Request.Event());

        await ann.PatchAsync("/api/settings", """{"defaultModel":"gpt-4o"}""");
        await AssertAlertsAsync(ann, 50);

        await ann.PostAsync("/api/usage", Request.Event());
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 3 });
        await RollUp(app);
        await AssertAlertsAsync(ann, 50, 80, 100);
    }

    [Fact]
    public async Task An_interrupted_budget_change_is_completed()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        await ann.PostAsync("/api/usage", Request.Event());
        proxy.Fault = call => call.IsTransaction ? StorageFault.Busy : StorageFault.None;
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 4242 })).IsProblem(
            503,
            "storage_unavailable"
        );
        proxy.Fault = _ => StorageFault.None;
        app.Clock.Advance(TimeSpan.FromMinutes(15));

        await RollUp(app);

        Assert.Equal(4242, (long)(await ann.GetAsync("/api/budget"))["budgetCents"]);
    }

    [Fact]
    public async Task A_settings_change_with_a_lost_answer_succeeds_under_If_Match()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(proxy)]);
        var ann = app.As("ann");
        var before = (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 })).ETag;
        var left = 2;
        proxy.Fault = call =>
            call.Method == "PUT" && Interlocked.Decrement(ref left) >= 0 ? StorageFault.DropAfter : StorageFault.None;

        var changed = (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 }, before)).Is(
            HttpStatusCode.OK
        );

        Assert.Equal((await ann.GetAsync("/api/settings")).ETag, changed.ETag);
        Assert.Equal(2, (long)(await ann.GetAsync("/api/budget"))["budgetCents"]);
    }

    [Fact]
    public async Task An_unreadable_month_does_not_stop_the_roll_up()
    {
        await using var app = await TestApp.StartAsync(parts);
        foreach (var user in new[] { "a", "b", "c" })
        {
            await app.As(user).PatchAsync("/api/settings", new { monthlyBudgetCents = 2 });
            await app.As(user).PostAsync("/api/usage", Request.Event());
        }
        await app.Table("Usage")
            .UpsertEntityAsync(
                new TableEntity("b_202611", "ledger") { ["Spoilt"] = true },
                TableUpdateMode.Replace,
                TestContext.Current.CancellationToken
            );
        app.Clock.Advance(TimeSpan.FromMinutes(15));

        await RollUp(app);

        await AssertAlertsAsync(app.As("a"), 50);
        await AssertAlertsAsync(app.As("c"), 50);
        Assert.Equal("b_202611", Assert.Single(await NotesAsync(app)).RowKey);
    }

    private static async Task<IEnumerable<TableEntity>> NotesAsync(TestApp app) =>
        (await app.RowsAsync("ChangedMonths")).Where(row => row.PartitionKey == "changed");

    private static Task RollUp(TestApp app) =>
        app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);

    private static async Task AssertAlertsAsync(ApiClient user, params int[] percents)
    {
        var alerts = (await user.GetAsync("/api/budget"))["alerts"].AsArray();
        Assert.Equal(percents, alerts.Select(alert => (int)alert!["thresholdPercent"]!));
    }
}
