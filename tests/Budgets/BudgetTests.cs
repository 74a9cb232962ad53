using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

public sealed class BudgetTests(LocalParts parts)
{
    [Fact]
    public async Task Without_a_budget_only_the_spend_is_shown()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PostAsync("/api/usage", Request.Event());

        var budget = (await ann.GetAsync("/api/budget")).Is(HttpStatusCode.OK);

        Assert.Equal("none", (string?)budget["status"]);
        Assert.Equal(0.0105m, (decimal)budget["spentUsd"]);
        Assert.Null(budget.Body!["budgetCents"]);
        Assert.Null(budget.Body!["remainingUsd"]);
        Assert.Null(budget.Body!["usedPercent"]);
        Assert.Equal("2026-12-01T00:00:00Z", (string?)budget["resetsAt"]);
    }

    [Theory]
    [InlineData(0, 0, "exceeded", 100)]
    [InlineData(100, 0, "ok", 0)]
    [InlineData(100, 100, "warning", 52.5)]
    [InlineData(100, 200, "exceeded", 105)]
    public async Task The_status_compares_the_spend_with_the_budget(
        long budgetCents,
        int thousandsOfInput,
        string status,
        decimal usedPercent
    )
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = budgetCents });
        if (thousandsOfInput > 0)
        {
            // $3 and $15 per million tokens: a thousand each way is 1.8 cents; here 0.525 cents a thousand.
            await ann.PostAsync(
                "/api/usage",
                Request.Event(inputTokens: thousandsOfInput * 1000L, outputTokens: thousandsOfInput * 150L)
            );
        }

        var budget = await ann.GetAsync("/api/budget");

        Assert.Equal(status, (string?)budget["status"]);
        Assert.Equal(usedPercent, (decimal)budget["usedPercent"]);
        Assert.Equal(Math.Max(0, (budgetCents / 100m) - (decimal)budget["spentUsd"]), (decimal)budget["remainingUsd"]);
    }

    [Fact]
    public async Task A_projection_needs_a_day_and_ends_with_the_month()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        app.Clock.SetUtcNow(new(2026, 12, 1, 0, 0, 0, TimeSpan.Zero));
        await ann.PostAsync("/api/usage", Request.Event());
        app.Clock.Advance(TimeSpan.FromHours(23.9));
        Assert.Null((await ann.GetAsync("/api/budget")).Body!["projectedUsd"]);
        app.Clock.Advance(TimeSpan.FromHours(0.1));
        Assert.Equal(0.0105m * 31, (decimal)(await ann.GetAsync("/api/budget"))["projectedUsd"]);
        app.Clock.Advance(TimeSpan.FromDays(60));
        Assert.Equal(0.0105m, (decimal)(await ann.GetAsync("/api/budget?month=2026-12"))["projectedUsd"]);
    }

    [Fact]
    public async Task A_changed_budget_is_in_force_at_once_and_in_the_next_month()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await ann.PostAsync("/api/usage", Request.Event());
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 500 });
        Assert.Equal(500, (long)(await ann.GetAsync("/api/budget"))["budgetCents"]);

        app.Clock.SetUtcNow(new(2026, 12, 5, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(500, (long)(await ann.GetAsync("/api/budget"))["budgetCents"]);
        await ann.PostAsync("/api/usage", Request.Event());
        await ann.PatchAsync("/api/settings", """{"monthlyBudgetCents":null}""");
        Assert.Null((await ann.GetAsync("/api/budget")).Body!["budgetCents"]);
        Assert.Equal(500, (long)(await ann.GetAsync("/api/budget?month=2026-11"))["budgetCents"]);
    }

    [Fact]
    public async Task A_budget_changed_before_midnight_applies_to_events_dated_after_it()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        app.Clock.SetUtcNow(new(2026, 11, 30, 23, 58, 0, TimeSpan.Zero));
        await ann.PostAsync(
            "/api/usage",
            """{"provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"createdAt":"2026-12-01T00:01:00Z"}"""
        );
        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 700 });

        Assert.Equal(700, (long)(await ann.GetAsync("/api/budget?month=2026-12"))["budgetCents"]);
    }

    [Fact]
    public async Task Settings_and_ledger_agree_after_twenty_concurrent_changes()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        for (var round = 0; round < 4; round++)
        {
            await Task.WhenAll(
                Enumerable
                    .Range(0, 5)
                    .Select(i => ann.PatchAsync("/api/settings", new { monthlyBudgetCents = (100 * round) + i }))
            );
            var settings = await ann.GetAsync("/api/settings");
            Assert.Equal(
                (long)settings["monthlyBudgetCents"],
                (long)(await ann.GetAsync("/api/budget"))["budgetCents"]
            );
        }
    }
}
