using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MyCoach.Tests.Accounts;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>A user takes everything along and leaves.</summary>
public sealed class AccountStoryTests(PageApp page) : IClassFixture<PageApp>
{
    [BrowserFact]
    public async Task A_user_exports_the_account_and_erases_it_after_typing_a_word()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "ann");
        await using var tab = await page.OpenAsync("ann");
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/account", "Account");
            await Expect(opened.GetByRole(AriaRole.Table)).ToContainTextAsync("key");
            var file = await opened.RunAndWaitForDownloadAsync(() => opened.Button("Export my data").ClickAsync());
            var export = JsonNode.Parse(
                await File.ReadAllTextAsync(await file.PathAsync(), TestContext.Current.CancellationToken)
            )!;
            Assert.Equal(42, export["months"]![0]!["events"]!.AsArray().Count);
            await opened.SeesAsync("The export is complete");

            await opened.Button("Erase account").ClickAsync();
            var erase = opened.Button("Erase everything");
            await Expect(erase).ToBeDisabledAsync();
            await opened.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox).FillAsync("erase");
            await erase.ClickAsync();
            await AccountStory.AfterQuietAsync(page.App, IsErasedAsync(opened));
        });
        Assert.Empty((await api.GetAsync("/api/keys")).Is(HttpStatusCode.OK)["keys"].AsArray());
        Assert.Empty((await api.GetAsync("/api/usage?month=2026-11")).Is(HttpStatusCode.OK)["events"].AsArray());
    }

    private static async Task<bool> IsErasedAsync(IPage opened)
    {
        await opened.SeesAsync("Your account is erased.");
        return true;
    }
}
