using System.Net;
using System.Text.Json.Nodes;
using Azure.Data.Tables;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Prices;

/// <summary>Recorded calls priced again: what changes, where it shows, and what stays.</summary>
public sealed class RepricingTests(LocalParts parts)
{
    [Fact]
    public async Task A_call_without_a_price_gets_one_and_every_total_follows()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        var call = await ann.UseAsync("gpt-9", conversation: "talk", agent: "coach");
        await ann.UseAsync("gpt-4o");
        await app.CorrectAsync(PriceSteps.Model("gpt-9", input: 200, output: 1000));

        await app.RepriceAsync();
        var ledger = await app.BalancesAsync(ann);
        var shown = await ann.GetAsync($"/api/usage/{call["id"]}");

        // 1,000 tokens at 200 and 500 at 1,000 cents per million; gpt-4o costs 0.0075 dollars as before.
        Assert.Equal(0.007m, (decimal)shown["costUsd"]);
        Assert.True((bool)shown["priced"]);
        Assert.Null(shown.Body!["receipt"]);
        Assert.Equal(1, (long)shown["repriced"]["priceVersion"]!);
        var adjustment = Assert.Single(shown["adjustments"].AsArray())!;
        Assert.Equal("repriced", (string?)adjustment["reason"]);
        Assert.Equal(0.007m, (decimal)adjustment["differenceUsd"]!);
        Assert.Equal(1, (long)adjustment["priceVersion"]!);
        Assert.Equal(0, ledger.UnpricedRequests);
        Assert.Equal(7_000_000_000, ledger.AdjustmentsPicoUsd);
        Assert.Equal(14_500_000_000, ledger.CostPicoUsd);
        var summary = await ann.GetAsync("/api/usage/summary");
        Assert.Equal(0.007m, (decimal)summary["totals"]["adjustmentsUsd"]!);
        Assert.Contains(
            (await ann.GetAsync("/api/account/activity"))["activity"].AsArray(),
            entry => (string?)entry!["action"] == "usage_repriced" && (string?)entry["subject"] == "2026-11"
        );
    }

    [Fact]
    public async Task A_corrected_price_lowers_the_cost_and_the_first_receipt_stays()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        var call = await ann.UseAsync("gpt-4o");
        await app.CorrectAsync(PriceSteps.Model("gpt-4o", input: 100, output: 400));
        await app.RepriceAsync();
        await app.CorrectAsync();
        await app.RepriceAsync();

        var shown = await ann.GetAsync($"/api/usage/{call["id"]}");
        // 250 and 1,000 cents per million, then 100 and 400, then as at first.
        Assert.Equal(0.0075m, (decimal)shown["receipt"]["totalUsd"]!);
        Assert.Equal(
            [-0.0045m, 0.0045m],
            shown["adjustments"].AsArray().Select(adjustment => (decimal)adjustment!["differenceUsd"]!)
        );
        Assert.Equal(0, (await app.BalancesAsync(ann)).AdjustmentsPicoUsd);
    }

    [Fact]
    public async Task A_second_run_changes_nothing()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        await ann.UseAsync("gpt-9");
        await app.CorrectAsync(PriceSteps.Model("gpt-9", input: 200, output: 1000));
        await app.RepriceAsync();
        var before = await app.RowsAsync("Usage");

        await app.RepriceAsync();

        Assert.Equal(
            before.Select(row => (row.RowKey, row.ETag)),
            (await app.RowsAsync("Usage")).Select(row => (row.RowKey, row.ETag))
        );
    }

    [Fact]
    public async Task A_dry_run_says_what_each_user_and_model_would_change_by_and_changes_nothing()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        foreach (var name in new[] { "ann", "bö b" })
        {
            await app.As(name).UseAsync("gpt-9");
            await app.As(name).UseAsync("gpt-4o");
        }
        await app.CorrectAsync(PriceSteps.Model("gpt-9", 200, 1000), PriceSteps.Model("gpt-4o", 100, 400));
        var before = await app.RowsAsync("Usage");

        var job = await app.RepriceAsync(new { from = "2026-11-01", dryRun = true });
        var changes = (await app.Operator().GetAsync($"{PriceSteps.Book}/reprice/changes"))["changes"].AsArray();

        Assert.True((bool)job["dryRun"]);
        Assert.Equal(
            [
                "ann 2026-11 openai gpt-4o 1 -0.0045",
                "ann 2026-11 openai gpt-9 1 0.007",
                "bö b 2026-11 openai gpt-4o 1 -0.0045",
                "bö b 2026-11 openai gpt-9 1 0.007",
            ],
            changes.Select(change =>
                $"{change!["userId"]} {change["month"]} {change["provider"]} {change["model"]} {change["changed"]} {change["differenceUsd"]}"
            )
        );
        Assert.Equal(
            before.Select(row => (row.RowKey, row.ETag)),
            (await app.RowsAsync("Usage")).Select(row => (row.RowKey, row.ETag))
        );
        Assert.DoesNotContain(
            (await app.As("ann").GetAsync("/api/account/activity"))["activity"].AsArray(),
            entry => (string?)entry!["action"] == "usage_repriced"
        );
    }

    [Fact]
    public async Task Calls_whose_terms_an_earlier_release_did_not_store_are_skipped()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        await ann.UseAsync("gpt-4o");
        var row = (await app.RowsAsync("Usage")).Single(row =>
            row.RowKey.StartsWith("event_", StringComparison.Ordinal)
        );
        row.Remove("Terms");
        await app.Table("Usage")
            .UpdateEntityAsync(row, row.ETag, TableUpdateMode.Replace, TestContext.Current.CancellationToken);
        await app.CorrectAsync(PriceSteps.Model("gpt-4o", input: 100, output: 400));

        await app.RepriceAsync();

        var change = Assert.Single(
            (await app.Operator().GetAsync($"{PriceSteps.Book}/reprice/changes"))["changes"].AsArray()
        )!;
        Assert.Equal((0, 1), ((int)change["changed"]!, (int)change["skipped"]!));
        Assert.Equal(0.0075m, (decimal)(await ann.GetAsync("/api/usage/summary"))["totals"]["costUsd"]!);
    }

    [Fact]
    public async Task A_call_is_priced_again_with_the_terms_that_it_was_served_with()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        (
            await ann.PostAsync(
                "/api/usage",
                """{"id":"a","provider":"openai","model":"gpt-9","inputTokens":1000,"outputTokens":500,"cacheWriteTokens":600,"cacheWrite1hTokens":600,"serviceTier":"flex","webSearches":3}"""
            )
        ).Is(HttpStatusCode.Created);
        var model = PriceSteps.Model("gpt-9", input: 200, output: 1000);
        model["prices"]![0]!["cacheWrite1h"] = 500;
        model["prices"]![0]!["tiers"] = JsonNode.Parse("""{"flex":{"source":"s","times":0.5}}""");
        await app.CorrectAsync(model);

        await app.RepriceAsync();

        // Half of 400 tokens at 200, 600 at 500 and 500 at 1,000 cents per million, and three searches at a cent.
        Assert.Equal(0.0344m, (decimal)(await ann.GetAsync("/api/usage/202611-a"))["costUsd"]);
        await app.BalancesAsync(ann);
    }

    [Fact]
    public async Task Only_the_named_models_and_days_are_priced_again()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        await ann.UseAsync("gpt-9", at: "2026-11-09T23:59:59Z");
        var late = await ann.UseAsync("gpt-9-2026-01-01", at: "2026-11-10T00:00:00Z");
        await ann.UseAsync("gpt-8", at: "2026-11-10T00:00:00Z");
        await app.CorrectAsync(PriceSteps.Model("gpt-9", 200, 1000), PriceSteps.Model("gpt-8", 200, 1000));

        await app.RepriceAsync("""{"from":"2026-11-10","models":["gpt-9"]}""");

        var calls = (await ann.GetAsync("/api/usage"))["events"].AsArray();
        Assert.Equal((string?)late["id"], (string?)Assert.Single(calls, call => (bool)call!["priced"]!)!["id"]);
        await app.BalancesAsync(ann);
    }

    [Fact]
    public async Task A_threshold_that_the_new_prices_reach_raises_its_alert()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        var ann = app.As("ann");
        (await ann.PatchAsync("/api/settings", """{"monthlyBudgetCents":1,"alertThresholds":[70]}""")).Is(
            HttpStatusCode.OK
        );
        await ann.UseAsync("gpt-9");
        Assert.Empty((await ann.GetAsync("/api/budget"))["alerts"].AsArray());
        await app.CorrectAsync(PriceSteps.Model("gpt-9", input: 200, output: 1000));

        await app.RepriceAsync();

        var budget = await ann.GetAsync("/api/budget");
        Assert.Equal(70, (int)Assert.Single(budget["alerts"].AsArray())!["thresholdPercent"]!);
        Assert.Equal(0.007m, (decimal)budget["spentUsd"]);
    }
}
