using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>Where the program names no identity provider for the page, users paste a token.</summary>
public sealed partial class PastedTokenTests(LocalParts parts, SharedBrowser browser)
{
    [BrowserFact]
    public async Task A_form_outlives_an_expired_token_and_another_user_sees_nothing_of_it()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await using var tab = await Tab.OpenAsync(await browser.GetAsync(), [app.Address], now: app.Clock.GetUtcNow());
        await tab.LiveAsync(
            async page =>
            {
                await page.GotoAsync("/tokens");
                await SignInAsync(page, app, "ann");
                await page.Button("New token").ClickAsync();
                await page.Field("Name").FillAsync("Robot");
                app.Clock.Advance(TimeSpan.FromHours(2));
                await page.Button("Make token").ClickAsync();
                await page.SeesAsync("Your sign-in has expired.");
                await SignInAsync(page, app, "ann");
                await Expect(page.Field("Access token")).ToHaveCountAsync(0);
                await page.Button("Make token").ClickAsync();
                await page.SeesAsync("Copy it now.");
                await page.Button("I have copied it").ClickAsync();
                await page.SeesAsync("The token Robot is made.");

                app.Clock.Advance(TimeSpan.FromHours(2));
                await page.Button("Revoke token Robot").ClickAsync();
                await page.Button("Revoke token").ClickAsync();
                await page.SeesAsync("Your sign-in has expired.");
                await SignInAsync(page, app, "bob");
                await page.SeesAsync("You have no tokens.");
                await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
                Assert.DoesNotContain("Robot", await page.ContentAsync(), StringComparison.Ordinal);
            },
            401
        );
    }

    [BrowserFact]
    public async Task After_a_sign_out_Back_shows_nothing_and_sends_no_token()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        using var playwright = await Playwright.CreateAsync();
        await using var restoring = await SharedBrowser.LaunchAsync(playwright, "--disable-back-forward-cache");
        await using var tab = await Tab.OpenAsync(restoring, [app.Address], now: app.Clock.GetUtcNow());
        var authorized = new ConcurrentQueue<string>();
        tab.Page.Request += (_, request) =>
        {
            if (request.Headers.ContainsKey("authorization"))
            {
                authorized.Enqueue(request.Url);
            }
        };

        await tab.LiveAsync(async page =>
        {
            await page.GotoAsync("/tokens");
            await SignInAsync(page, app, "ann");
            await page.SeesAsync("You have no tokens.");
            Assert.NotEmpty(authorized);

            await page.Button("Sign out").ClickAsync();
            await Expect(page.Field("Access token")).ToBeVisibleAsync();
            Assert.Equal(app.Address.ToString(), page.Url);
            authorized.Clear();
            await page.GoBackAsync(new() { WaitUntil = WaitUntilState.Commit });
            await Expect(page).ToHaveURLAsync(TokensAddress());
            await Expect(page.Field("Access token")).ToBeVisibleAsync();
            await Expect(page.GetByText("You have no tokens.")).ToHaveCountAsync(0);
            Assert.Empty(authorized);
        });
    }

    private static async Task SignInAsync(IPage page, TestApp app, string user)
    {
        var token = TestApp.Token(app.Clock.GetUtcNow(), user, lifetime: TimeSpan.FromHours(1));
        await page.Field("Access token").FillAsync(token);
        await page.Button("Sign in").ClickAsync();
    }

    [GeneratedRegex("/tokens$")]
    private static partial Regex TokensAddress();
}
