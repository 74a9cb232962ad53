using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>A user chooses models for all calls and for an agent.</summary>
public sealed class ModelStoryTests(PageApp page) : IClassFixture<PageApp>
{
    [BrowserFact]
    public async Task A_default_model_is_chosen_and_an_agent_gets_another()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "ann");
        await using var tab = await page.OpenAsync("ann");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/models", "Models");
                var all = opened.GetByRole(AriaRole.Combobox, new() { Name = "Default model", Exact = true });
                await all.SelectOptionAsync("gpt-5-mini");
                await opened.Button("Set default model").ClickAsync();
                await opened.SeesAsync("The default model is gpt-5-mini.");

                await opened.Button("New agent").ClickAsync();
                await opened.Button("Create agent").ClickAsync();
                await opened.SeesAsync("Give the agent an id.");
                await opened.Field("Agent id").FillAsync("coach");
                await opened.Field("Name").FillAsync("Poet");
                await opened.Button("Create agent").ClickAsync();
                await opened.SeesAsync("You have an agent with this id already.");
                await opened.Field("Agent id").FillAsync("poet");
                await opened.Button("Create agent").ClickAsync();
                await opened.SeesAsync("The agent Poet is created.");
                var agents = opened.GetByRole(AriaRole.Table, new() { Name = "Your agents" });
                await Expect(agents.GetByRole(AriaRole.Row, new() { Name = "Poet" })).ToContainTextAsync("gpt-5-mini");
                await Expect(agents.GetByRole(AriaRole.Row, new() { Name = "Coach" }))
                    .ToContainTextAsync("gpt-4o-mini");

                await opened.Button("Delete agent Poet").ClickAsync();
                await opened.Button("Delete agent").ClickAsync();
                await opened.SeesAsync("The agent Poet is deleted.");
            },
            412
        );
        Assert.Equal("gpt-5-mini", (string?)(await api.GetAsync("/api/settings"))["defaultModel"]);
    }
}
