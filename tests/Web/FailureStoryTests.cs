using MyCoach.Dev;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>What the page says and offers when something fails.</summary>
public sealed class FailureStoryTests(LocalParts parts, SharedBrowser browser)
{
    [BrowserFact]
    public async Task A_failure_of_the_storage_is_explained_and_tried_again()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [.. PageApp.Development, TestApp.Behind(proxy)]);
        await using var tab = await PageApp.OpenAsync(app, browser, "ann");
        await tab.LiveAsync(
            async page =>
            {
                proxy.Fault = _ => StorageFault.Busy;
                await page.GotoAsync("/usage");
                await page.SeesAsync("Storage is temporarily unavailable.");

                await Expect(page.Button("Try again")).ToHaveCountAsync(2);
                proxy.Fault = _ => StorageFault.None;
                await page.Button("Try again").Last.ClickAsync();
                await page.SeesAsync("No calls in this time.");
                await page.Button("Try again").ClickAsync();
                await Expect(page.GetByText("Storage is temporarily unavailable.")).ToHaveCountAsync(0);
            },
            503
        );
    }

    [BrowserFact]
    public async Task Without_a_connection_the_page_says_so()
    {
        await using var app = await TestApp.StartAsync(parts, PageApp.Development);
        await using var tab = await PageApp.OpenAsync(app, browser, "ann");
        await tab.LiveAsync(async page =>
        {
            await page.OpenAsync("/", "Overview");
            await page.Context.SetOfflineAsync(true);
            await page.SeesAsync("You are offline.");
            await page.Context.SetOfflineAsync(false);
            await Expect(page.GetByText("You are offline.")).ToHaveCountAsync(0);
        });
    }
}
