using System.Net;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>A user makes a token for a program, and revokes it.</summary>
public sealed class TokenStoryTests(PageApp page) : IClassFixture<PageApp>
{
    private const string Models = "/api/gateway/anthropic/v1/models";

    [BrowserFact]
    public async Task A_token_is_shown_once_works_and_is_revoked()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "ann");
        await using var tab = await page.OpenAsync("ann");
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/tokens", "Tokens");
            await opened.Button("New token").ClickAsync();
            await opened.Field("Name").FillAsync("Robot");
            await opened.Button("Make token").ClickAsync();
            await opened.SeesAsync("Copy it now.");
            var text = await opened.Field("Token").InputValueAsync();
            Assert.StartsWith("mc_", text, StringComparison.Ordinal);
            await opened.Field("Use it in").SelectOptionAsync("Claude Code");
            await Expect(opened.Locator("pre")).ToContainTextAsync($"{page.App.Address}api/gateway/anthropic");
            await Expect(opened.Locator("pre")).ToContainTextAsync(text);
            using var program = page.App.With(text);
            (await program.GetAsync(Models)).Is(HttpStatusCode.OK);

            for (var i = 0; i < 3; i++)
            {
                await opened.Keyboard.PressAsync("Escape");
            }
            Assert.Equal(text, await opened.Field("Token").InputValueAsync());
            await opened.Button("I have copied it").ClickAsync();
            await opened.SeesAsync("The token Robot is made.");
            Assert.DoesNotContain(text, await opened.ContentAsync(), StringComparison.Ordinal);
            await opened.Button("Revoke token Robot").ClickAsync();
            await opened.Button("Revoke token").ClickAsync();
            await opened.SeesAsync("The token Robot is revoked.");
            page.App.Clock.Advance(TimeSpan.FromSeconds(11));
            (await program.GetAsync(Models)).IsRefusal(401, "unauthenticated");
        });
    }
}
