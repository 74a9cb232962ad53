using Microsoft.Playwright;
using MyCoach.Dev;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>What the page says and offers when something fails.</summary>
public sealed class FailureStoryTests(LocalParts parts, SharedBrowser browser)
{
    // The storage fails, and no calls are priced again.
    private static readonly int[] Refusals = [503, 404];

    [BrowserFact]
    public async Task A_failure_of_the_storage_is_explained_in_every_view_and_tried_again()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [.. PageApp.Development, TestApp.Behind(proxy)]);
        using var api = await PageUser.WithMonthAsync(app, "ann");
        // At once, because each waits as long as the program asks before it gives up.
        var tabs = await Task.WhenAll(
            PageView.All.Select(_ => PageApp.OpenAsync(app, browser, "ann", "MyCoach.Admin"))
        );
        var stories = PageView.All.Zip(tabs, (view, tab) => (view.Address, Tab: tab, Data: view.DataIn(tab.Page)));
        try
        {
            proxy.Fault = _ => StorageFault.Busy;
            await Task.WhenAll(
                stories.Select(story =>
                    story.Tab.LiveAsync(page => FailsAsync(page, story.Address, story.Data), Refusals)
                )
            );
            proxy.Fault = _ => StorageFault.None;
            await Task.WhenAll(
                stories.Select(story => story.Tab.LiveAsync(page => RecoversAsync(page, story.Data), Refusals))
            );
        }
        finally
        {
            await Task.WhenAll(tabs.Select(tab => tab.DisposeAsync().AsTask()));
        }
    }

    private static async Task FailsAsync(IPage page, string address, ILocator data)
    {
        await page.GotoAsync(address);
        await page.SeesAsync("Storage is temporarily unavailable.");
        await Expect(page.Button("Try again").First).ToBeVisibleAsync();
        await Expect(data).ToHaveCountAsync(0);
    }

    private static async Task RecoversAsync(IPage page, ILocator data)
    {
        await page.Button("Try again").First.ClickAsync();
        await Expect(data).ToBeVisibleAsync();
    }
}
