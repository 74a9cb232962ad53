using System.Net;
using MyCoach.Tests.Support;
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

    [BrowserFact]
    public async Task What_another_tab_changes_meanwhile_is_said_and_the_text_typed_stays()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "bea");
        await using var tab = await page.OpenAsync("bea");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/tokens", "Tokens");
                await opened.Button("Change token Laptop").ClickAsync();
                await opened.Field("Name").FillAsync("Desk");
                await ChangeTokenAsync(api, new { name = "Phone", monthlyBudgetCents = 500 });
                await opened.Button("Save").ClickAsync();
                await opened.SeesAsync("The token has changed since you opened it, perhaps in another tab");
                await opened.SeesAsync("its name is Phone, its budget is $5.00.");
                await Expect(opened.Field("Name")).ToHaveValueAsync("Desk");
                await opened.Button("Load what is stored").ClickAsync();
                await Expect(opened.Field("Name")).ToHaveValueAsync("Phone");
                await Expect(opened.GetByText("has changed since")).ToHaveCountAsync(0);

                await opened.Field("Name").FillAsync("Desk");
                await ChangeTokenAsync(api, new { name = "Watch" });
                await opened.Button("Save").ClickAsync();
                await opened.SeesAsync("its name is Watch.");
                await opened.Button("Save").ClickAsync();
                await opened.SeesAsync("The token Desk is changed.");

                await opened.OpenAsync("/models", "Models");
                await opened.Button("Change agent Coach").ClickAsync();
                await opened.Field("Name").FillAsync("Poet");
                (await api.PutAsync("/api/agents/coach", new { name = "Cook" })).Is(HttpStatusCode.OK);
                await opened.Button("Save").ClickAsync();
                await opened.SeesAsync("its name is Cook, its model is the default model.");
                await Expect(opened.Field("Name")).ToHaveValueAsync("Poet");
                await opened.Button("Save").ClickAsync();
                await opened.SeesAsync("The agent Poet is changed.");
            },
            412
        );
        var token = Assert.Single((await api.GetAsync("/api/tokens"))["tokens"].AsArray())!;
        Assert.Equal(("Desk", 500), ((string)token["name"]!, (int)token["monthlyBudgetCents"]!));
    }

    private static async Task ChangeTokenAsync(ApiClient api, object change)
    {
        var token = (string)(await api.GetAsync("/api/tokens"))["tokens"][0]!["id"]!;
        (await api.PatchAsync($"/api/tokens/{token}", change)).Is(HttpStatusCode.OK);
    }
}
