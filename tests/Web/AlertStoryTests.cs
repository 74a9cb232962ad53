using System.Net;
using Microsoft.Playwright;
using MyCoach.Tests.Alerts;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>A user sees which thresholds were reached, and whether the operator's receiver took the alert.</summary>
public sealed class AlertStoryTests(LocalParts parts, SharedBrowser browser)
{
    [BrowserFact]
    public async Task The_budget_view_shows_the_failed_attempts_of_an_alert_and_its_delivery()
    {
        await using var receiver = await AlertReceiver.StartAsync();
        await using var app = await TestApp.StartAsync(parts, [.. PageApp.Development, .. receiver.Settings]);
        using var ann = app.As("ann");
        (await ann.PatchAsync("/api/settings", """{"monthlyBudgetCents":2,"alertThresholds":[50]}""")).Is(
            HttpStatusCode.OK
        );
        await using var tab = await PageApp.OpenAsync(app, browser, "ann");
        await tab.LiveAsync(async page =>
        {
            await page.OpenAsync("/budget", "Budget");
            await page.SeesAsync("The spend has reached no threshold this month.");

            receiver.Status = 503;
            // 1.05 cents.
            (await ann.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
            await AlertSteps.EventuallyAsync(ann, alert => (string?)alert["lastError"] is not null);
            await AlertSteps.PassAsync(app);
            await page.OpenAsync("/budget", "Budget");
            var row = page.GetByRole(AriaRole.Table, new() { Name = "Thresholds that were reached" })
                .GetByRole(AriaRole.Row)
                .Nth(1);
            await Expect(row).ToContainTextAsync("50%");
            await Expect(row).ToContainTextAsync("Not delivered HTTP 503");
            await Expect(row.GetByRole(AriaRole.Cell).Last).ToHaveTextAsync("2");

            receiver.Status = 204;
            await AlertSteps.PassAsync(app, TimeSpan.FromMinutes(10));
            await page.OpenAsync("/budget", "Budget");
            await Expect(row).ToContainTextAsync("Delivered");
            await Expect(row).Not.ToContainTextAsync("Not delivered");
            await Expect(row.Locator("time").Last).ToHaveAttributeAsync("datetime", "2026-11-15T12:15:00Z");
            await Expect(row.GetByRole(AriaRole.Cell).Last).ToHaveTextAsync("3");
        });
    }
}
