using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>Behind App Service authentication, all tabs share a cookie, and so its user.</summary>
public sealed class CookieStoryTests(LocalParts parts, SharedBrowser browser)
{
    [BrowserFact]
    public async Task Another_user_who_signs_in_in_another_tab_sees_nothing_of_the_one_before()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            [TestApp.NoRollUp, "Auth:Mode=AppService", "WEBSITE_AUTH_ENABLED=True", "Auth:AppServiceOutsideAzure=true"]
        );
        await using var tab = await Tab.OpenAsync(await browser.GetAsync(), [app.Address], now: app.Clock.GetUtcNow());
        await tab.LiveAsync(async page =>
        {
            await SignInAsync(page, "ann");
            await page.OpenAsync("/tokens", "Tokens");
            await page.Button("New token").ClickAsync();
            await page.Field("Name").FillAsync("Robot");
            await page.Button("Make token").ClickAsync();
            await page.Button("I have copied it").ClickAsync();
            await page.SeesAsync("The token Robot is made.");
            // The same user again, as when the tab is left and comes back.
            await ComeBackAsync(page);
            await page.Button("Revoke token Robot").ClickAsync();
            await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();

            await SignInAsync(page, "bob");
            await ComeBackAsync(page);
            await page.SeesAsync("You now see what belongs to bob.");
            await page.SeesAsync("You have no tokens.");
            await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            Assert.DoesNotContain("Robot", await page.ContentAsync(), StringComparison.Ordinal);
            await page.Link("Account").ClickAsync();
            await page.SeesAsync("MyCoach knows you as bob.");
            await Expect(page.GetByText("Another user has signed in")).ToHaveCountAsync(0);
        });
    }

    // The platform puts this into every request with the user's cookie.
    private static Task SignInAsync(IPage page, string user)
    {
        var principal = new { auth_typ = "aad", claims = new[] { new { typ = "sub", val = user } } };
        var header = Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(principal)));
        return page.SetExtraHTTPHeadersAsync([new("X-MS-CLIENT-PRINCIPAL", header)]);
    }

    private static async Task ComeBackAsync(IPage page)
    {
        var asked = page.WaitForResponseAsync(response =>
            response.Url.EndsWith("/api/account", StringComparison.Ordinal)
        );
        await page.EvaluateAsync("dispatchEvent(new Event('focus'))");
        await asked;
    }
}
