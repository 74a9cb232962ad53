using System.Net;
using MyCoach.Billing;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>Use outside MyCoach in the ledger, for users who want it to count.</summary>
public sealed class CountedSpendTests(LocalParts parts)
{
    private const string Key = "sk-proj-the-key-of-ann-000001";
    private const decimal PerCall = 0.0036m;

    [Fact]
    public async Task Use_outside_counts_only_where_the_user_says_so_and_follows_revisions()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await BilledUser.CreateAsync(app, "ann", Key);
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);
        await ann.CallAsync([.. Enumerable.Range(1, 10).Select(_ => ann.Call("openai", 12, "gpt-4.1"))]);
        ann.Book.Add([ann.Call("openai", 12, "gpt-4.1"), ann.Call("openai", 13, "gpt-4.1")]);

        await RunAsync(app);
        Assert.Equal(10 * PerCall, await SpentAsync(ann));

        (await ann.Api.PatchAsync("/api/settings", new { countProviderSpend = true })).Is(HttpStatusCode.OK);
        await RunAsync(app);
        Assert.Equal(12 * PerCall, await SpentAsync(ann));
        await RunAsync(app);
        Assert.Equal(12 * PerCall, await SpentAsync(ann));

        // The day is revised, and a call that was outside is recorded after all.
        ann.Book.Add(ann.Call("openai", 12, "gpt-4.1"));
        await ann.RecordAsync([ann.Call("openai", 13, "gpt-4.1")]);
        await RunAsync(app);
        Assert.Equal(13 * PerCall, await SpentAsync(ann));
        var counted = (await ann.Api.GetAsync("/api/usage?model=outside%20MyCoach"))["events"].AsArray();
        Assert.Equal([0m, 2 * PerCall], counted.Select(day => (decimal)day!["costUsd"]!));
        var receipt = await ann.Api.GetAsync($"/api/usage/{counted[1]!["id"]}");
        Assert.Equal("revised", (string?)receipt["adjustments"].AsArray().Single()!["reason"]);
        var summary = await ann.Api.GetAsync("/api/usage/summary?month=2026-11");
        Assert.Equal(11, (long)summary["totals"]["requests"]!);
        await LedgerCheck.BalancesAsync(ann.Api, await app.RowsAsync("Usage"), "ann_202611");

        (await ann.Api.PatchAsync("/api/settings", new { countProviderSpend = false })).Is(HttpStatusCode.OK);
        await RunAsync(app);
        Assert.Equal(11 * PerCall, await SpentAsync(ann));
        await LedgerCheck.BalancesAsync(ann.Api, await app.RowsAsync("Usage"), "ann_202611");
    }

    [Fact]
    public async Task Calls_of_other_sizes_outside_count_what_they_cost()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await BilledUser.CreateAsync(app, "ann", Key);
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);
        await ann.Api.PatchAsync("/api/settings", new { countProviderSpend = true });
        await ann.CallAsync(ann.Call("openai", 12, "gpt-4.1", 900_000, 0), ann.Call("openai", 13, "gpt-4.1", 1_000, 0));
        // Nine small calls beside a large one, and a large one beside a small one.
        ann.Book.Add(Enumerable.Range(0, 9).Select(_ => ann.Call("openai", 12, "gpt-4.1", 1_000, 0)));
        ann.Book.Add(ann.Call("openai", 13, "gpt-4.1", 900_000, 0));

        await RunAsync(app);

        var billed = (decimal)(await ann.ReconcileAsync("month=2026-11&provider=openai"))["totals"]["billedUsd"]!;
        Assert.Equal((900_000 + 1_000 + 9_000 + 900_000) * 0.000002m, billed);
        Assert.Equal(billed, await SpentAsync(ann));
    }

    [Fact]
    public async Task Without_an_admin_key_nothing_stays_counted()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = await BilledUser.CreateAsync(app, "ann", Key);
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);
        await ann.Api.PatchAsync("/api/settings", new { countProviderSpend = true });
        await ann.CallAsync(ann.Call("openai", 12, "gpt-4.1"));
        ann.Book.Add(ann.Call("openai", 12, "gpt-4.1"));
        await RunAsync(app);
        Assert.Equal(2 * PerCall, await SpentAsync(ann));

        // A key that is not found yet changes nothing for the earlier one.
        (await ann.Api.DeleteAsync("/api/keys/openai")).Is(HttpStatusCode.NoContent);
        await RunAsync(app);
        Assert.Equal(2 * PerCall, await SpentAsync(ann));

        (await ann.Api.DeleteAsync("/api/billing/openai")).Is(HttpStatusCode.NoContent);
        Assert.Equal(PerCall, await SpentAsync(ann));
    }

    [Fact]
    public async Task Three_instances_and_revisions_meanwhile_count_each_day_once()
    {
        await using var first = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await using var second = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: first);
        await using var third = await TestApp.StartAsync(parts, [TestApp.NoRollUp], beside: first);
        TestApp[] apps = [first, second, third];
        var ann = await BilledUser.CreateAsync(first, "ann", Key);
        await ann.StoreAdminAsync(BilledUser.OpenAiAdmin);
        await ann.Api.PatchAsync("/api/settings", new { countProviderSpend = true });
        await ann.CallAsync([.. Enumerable.Range(6, 9).Select(day => ann.Call("openai", day, "gpt-4.1"))]);

        var outside = 0;
        for (var round = 0; round < 5; round++)
        {
            var reading = Task.WhenAll(apps.Select(RunAsync));
            for (var day = 6; day <= 14; day++, outside++)
            {
                ann.Book.Add(ann.Call("openai", day, "gpt-4.1"));
                await Task.Yield();
            }
            await reading;
        }
        await RunAsync(second);

        Assert.Equal((9 + outside) * PerCall, await SpentAsync(ann));
        await LedgerCheck.BalancesAsync(ann.Api, await first.RowsAsync("Usage"), "ann_202611");
    }

    private static Task RunAsync(TestApp app) =>
        app.Service<BillingSync>().RunAsync(TestContext.Current.CancellationToken);

    private static async Task<decimal> SpentAsync(BilledUser user) =>
        (decimal)(await user.Api.GetAsync("/api/budget"))["spentUsd"]!;
}
