using Microsoft.Playwright;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>A user adds a provider key, checks it and deletes it.</summary>
public sealed class KeyStoryTests(PageApp page) : IClassFixture<PageApp>
{
    [BrowserFact]
    public async Task What_is_wrong_with_a_key_is_said_in_words_and_a_right_one_is_stored()
    {
        await using var tab = await page.OpenAsync("ann");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/keys", "Keys");
                await opened.Button("Add Anthropic key").ClickAsync();
                await TryAsync(opened, "", "must be");
                await TryAsync(opened, GatewayUser.OpenAiKey, "OpenAI");
                await TryAsync(opened, "sk-ant-api03-a-wrong-key-0001", "The provider refused this key");
                await TryAsync(opened, GatewayUser.AnthropicKey, "The Anthropic key is stored.");

                await Expect(opened.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
                await opened.SeesAsync("...0001");
                Assert.DoesNotContain(GatewayUser.AnthropicKey, await opened.ContentAsync(), StringComparison.Ordinal);
                await opened.Button("Check Anthropic key").ClickAsync();
                await opened.SeesAsync("Anthropic was asked about the key: The provider accepts this key.");
                await opened.Button("Delete Anthropic key").ClickAsync();
                await opened.Button("Delete key").ClickAsync();
                await opened.SeesAsync("The Anthropic key is deleted.");
                await Expect(opened.Button("Add Anthropic key")).ToBeVisibleAsync();
            },
            400,
            422
        );
    }

    [BrowserFact]
    public async Task What_another_tab_does_to_a_key_meanwhile_is_said_and_the_text_typed_stays()
    {
        await using var first = await page.OpenAsync("cal");
        await using var second = await page.OpenAsync("cal");
        await second.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/keys", "Keys");
                await opened.Button("Add Anthropic key").ClickAsync();
                await first.LiveAsync(async other =>
                {
                    await other.OpenAsync("/keys", "Keys");
                    await other.Button("Add Anthropic key").ClickAsync();
                    await TryAsync(other, GatewayUser.AnthropicKey, "The Anthropic key is stored.");
                });
                await TryAsync(opened, GatewayUser.AnthropicKey, "A key was stored meanwhile, perhaps in another tab");
                await Expect(opened.Field("API key")).ToHaveValueAsync(GatewayUser.AnthropicKey);

                await first.LiveAsync(async other =>
                {
                    await other.Button("Delete Anthropic key").ClickAsync();
                    await other.Button("Delete key").ClickAsync();
                    await other.SeesAsync("The Anthropic key is deleted.");
                });
                await opened.Button("Replace key").ClickAsync();
                await opened.SeesAsync("The key was deleted meanwhile, perhaps in another tab.");
                await Expect(opened.Field("API key")).ToHaveValueAsync(GatewayUser.AnthropicKey);
                await opened.Button("Add key").ClickAsync();
                await opened.SeesAsync("The Anthropic key is stored.");
            },
            404,
            412
        );
    }

    [BrowserFact]
    public async Task A_key_that_stops_working_is_a_warning_with_a_way_out()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "bea");
        page.App.Emulator.Knobs.FailNext(1, 401);
        (await api.PostAsync("/api/keys/openai/validate")).Is(System.Net.HttpStatusCode.OK);
        await using var tab = await page.OpenAsync("bea");
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/", "Overview");
            await opened.SeesAsync("OpenAI refuses your key. Calls to it fail.");
            await opened.Link("Replace the key").ClickAsync();
            await opened.ShowsAsync("Keys");
            await opened.SeesAsync("Replace it with a key that works.");
        });
    }

    [BrowserFact]
    public async Task A_prompt_stays_when_another_tab_deletes_the_last_usable_key()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "dot");
        await using var tab = await page.OpenAsync("dot");
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/try", "Try it");
            await opened.Field("Prompt").FillAsync("A long prompt");
            foreach (var provider in (string[])["anthropic", "openai"])
            {
                (await api.DeleteAsync($"/api/keys/{provider}")).Is(System.Net.HttpStatusCode.NoContent);
            }
            // The models are read again when the viewer comes back, if they are old.
            await opened.Clock.SetFixedTimeAsync(page.App.Clock.GetUtcNow().AddMinutes(6).UtcDateTime);
            await opened.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))");
            await opened.SeesAsync("No model is usable any more");
            await Expect(opened.Field("Prompt")).ToHaveValueAsync("A long prompt");
        });
    }

    private static async Task TryAsync(IPage opened, string key, string answer)
    {
        await opened.Field("API key").FillAsync(key);
        await opened.Button("Add key").ClickAsync();
        await opened.SeesAsync(answer);
    }
}
