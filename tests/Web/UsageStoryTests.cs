using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>What a month cost, and what for.</summary>
public sealed class UsageStoryTests(PageApp page) : IClassFixture<PageApp>
{
    [BrowserFact]
    public async Task A_month_is_seen_by_model_by_day_and_as_a_file()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "ann");
        await using var tab = await page.OpenAsync("ann");
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/", "Overview");
            var summary = await api.GetAsync("/api/usage/summary?month=2026-11");
            await opened.SeesAsync($"${(decimal)summary["totals"]["costUsd"]!:0.00}");

            await opened.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = "Usage" }).ClickAsync();
            await opened.ShowsAsync("Usage");
            var models = opened.GetByRole(AriaRole.Table, new() { Name = "Costs by model" });
            await Expect(models.GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
            await Expect(models.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("claude-sonnet-4-6");

            await opened.Field("Group by").SelectOptionAsync("Day");
            var days = opened.GetByRole(AriaRole.Table, new() { Name = "Costs by day" });
            await Expect(days.GetByRole(AriaRole.Row)).ToHaveCountAsync(15);

            var file = await opened.RunAndWaitForDownloadAsync(() => opened.Button("Download CSV").ClickAsync());
            var lines = await File.ReadAllLinesAsync(await file.PathAsync(), TestContext.Current.CancellationToken);
            Assert.Equal("mycoach-usage-2026-11.csv", file.SuggestedFilename);
            Assert.Equal(43, lines.Length);
        });
    }

    [BrowserFact]
    public async Task A_new_user_is_led_on()
    {
        await using var tab = await page.OpenAsync("new");
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/", "Overview");
            await opened.Link("Add a key").First.ClickAsync();
            await opened.ShowsAsync("Keys");
            await opened.OpenAsync("/usage", "Usage");
            await opened.SeesAsync("No calls in this time.");
        });
    }
}
