using Microsoft.Playwright;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>The main stories without a mouse.</summary>
public sealed class KeyboardTests(PageApp page) : IClassFixture<PageApp>
{
    [BrowserFact]
    public async Task A_key_a_budget_and_a_call_need_no_mouse()
    {
        await using var tab = await page.OpenAsync("ann");
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/keys", "Keys");
            await opened.PressAsync(opened.Link("Skip to content"));
            await opened.PressAsync(opened.Button("Add OpenAI key"));
            await Expect(opened.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
            await opened.Keyboard.PressAsync("Escape");
            await Expect(opened.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            await Expect(opened.Button("Add OpenAI key")).ToBeFocusedAsync();

            await opened.Keyboard.PressAsync("Enter");
            await opened.TypeAsync(opened.Field("API key"), GatewayUser.OpenAiKey);
            await opened.Keyboard.PressAsync("Enter");
            await opened.SeesAsync("The OpenAI key is stored.");

            await opened.PressAsync(Navigation(opened, "Budget"));
            await opened.ShowsAsync("Budget");
            await opened.TypeAsync(opened.Field("Budget per month, in US dollars"), "20");
            await opened.Keyboard.PressAsync("Enter");
            await opened.SeesAsync("Saved. The strict budget of $20.00 binds your next call.");

            await opened.PressAsync(Navigation(opened, "Try it"));
            await opened.ShowsAsync("Try it");
            await opened.ReachAsync(opened.Field("Model"));
            await opened.Keyboard.TypeAsync("gpt-4o-mini");
            await opened.TypeAsync(opened.Field("Prompt"), "Hello there");
            await opened.Keyboard.PressAsync("Control+Enter");
            await opened.SeesAsync("You said: Hello there That is all I know.");
            await opened.PressAsync(opened.Link("Open the receipt"));
            await opened.ShowsAsync("Receipt");
        });
    }

    private static ILocator Navigation(IPage opened, string view) =>
        opened.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = view });
}
