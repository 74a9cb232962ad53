using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>A user sets a budget, calls a model and sees what the call cost.</summary>
public sealed class CallStoryTests(PageApp page) : IClassFixture<PageApp>
{
    private const string Answer = "You said: Hello there That is all I know.";

    [BrowserTheory]
    [InlineData("claude-haiku-4-5")]
    [InlineData("gpt-4o-mini")]
    public async Task An_answer_streams_in_and_its_receipt_shows_what_it_cost(string model)
    {
        using var api = await PageUser.WithMonthAsync(page.App, model);
        page.App.Emulator.Knobs.ChunkDelay = TimeSpan.FromMilliseconds(100);
        await using var tab = await page.OpenAsync(model);
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/try", "Try it");
            await opened.Field("Model").SelectOptionAsync(model);
            await opened.Field("Prompt").FillAsync("Hello there");
            await opened.Button("Send").ClickAsync();
            await opened.SeesAsync("The model is writing…");
            await opened.SeesAsync(Answer);

            await opened.Link("Open the receipt").ClickAsync();
            await opened.ShowsAsync("Receipt");
            var recorded = await api.GetAsync($"/api/usage/{opened.Url.Split('/')[^1]}");
            await opened.SeesAsync($"${(decimal)recorded["costUsd"]!:0.############}");
            var charges = opened.GetByRole(AriaRole.Table).First;
            await Expect(charges.GetByRole(AriaRole.Row, new() { Name = "Input" })).ToBeVisibleAsync();
            await Expect(charges.GetByRole(AriaRole.Row, new() { Name = "Total" })).ToBeVisibleAsync();
        });
        page.App.Emulator.Knobs.ChunkDelay = TimeSpan.Zero;
    }

    [BrowserFact]
    public async Task A_budget_is_set_and_refuses_the_call_that_does_not_fit()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "ann");
        await using var tab = await page.OpenAsync("ann");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/budget", "Budget");
                await SaveAsync(opened, "much", "Write dollars and cents, such as 20.50.");
                await SaveAsync(opened, "0.02", "Saved. The strict budget of $0.02 binds your next call.");

                await opened
                    .GetByRole(AriaRole.Navigation)
                    .GetByRole(AriaRole.Link, new() { Name = "Try it" })
                    .ClickAsync();
                await opened.Field("Prompt").FillAsync("Hello there");
                await opened.Button("Send").ClickAsync();
                await opened.SeesAsync("The budget resets at");
                await opened.Link("Open Budget").ClickAsync();
                await opened.ShowsAsync("Budget");
                await SaveAsync(opened, "", "Saved. You have no budget");
            },
            402
        );
        Assert.Null((await api.GetAsync("/api/settings")).Body!["monthlyBudgetCents"]);
    }

    private static async Task SaveAsync(IPage opened, string amount, string answer)
    {
        await opened.Field("Budget per month, in US dollars").FillAsync(amount);
        await opened.Button("Save budget").ClickAsync();
        await opened.SeesAsync(answer);
    }
}
