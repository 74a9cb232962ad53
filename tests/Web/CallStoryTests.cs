using System.Net;
using Microsoft.Playwright;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>A user sets a budget, calls a model and sees what the call cost.</summary>
public sealed class CallStoryTests(PageApp page) : IClassFixture<PageApp>
{
    private const string Whole = "You said: Hello there That is all I know.";
    private const string Budget = "Budget per month, in US dollars";

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
            await opened.SeesAsync(Whole);

            await opened.Link("Open the receipt").ClickAsync();
            await opened.ShowsAsync("Receipt");
            var recorded = await api.GetAsync($"/api/usage/{opened.Url.Split('/')[^1]}");
            await opened.SeesAsync($"${(decimal)recorded["costUsd"]!:0.############}");
            var charges = opened.GetByRole(AriaRole.Table).First;
            await Expect(charges.GetByRole(AriaRole.Row, new() { Name = "Input" })).ToBeVisibleAsync();
            await Expect(charges.GetByRole(AriaRole.Row, new() { Name = "Total" })).ToBeVisibleAsync();
            var price = opened.GetByRole(AriaRole.Region, new() { Name = "Price", Exact = true });
            var source = (string)recorded["receipt"]["source"]!;
            await Expect(price).ToContainTextAsync(source == "seed" ? "the prices with which MyCoach began" : source);
            await Expect(price.Locator("time")).ToHaveAttributeAsync("datetime", Since(recorded));
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

    [BrowserFact]
    public async Task A_budget_that_another_tab_changed_meanwhile_is_not_overwritten()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "bea");
        await using var tab = await page.OpenAsync("bea");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/budget", "Budget");
                (await api.PatchAsync("/api/settings", new { monthlyBudgetCents = 3000 })).Is(HttpStatusCode.OK);
                await SaveAsync(opened, "40", "The settings have changed since you opened them");
                await Expect(opened.Field(Budget)).ToHaveValueAsync("30.00");
                await SaveAsync(opened, "40", "Saved. The strict budget of $40.00 binds your next call.");
            },
            412
        );
        Assert.Equal(4000, (int)(await api.GetAsync("/api/settings"))["monthlyBudgetCents"]);
    }

    [BrowserTheory]
    [InlineData("de-DE", "America/Los_Angeles", "20,00", "1.234,56", "01.11.2026")]
    [InlineData("ar-EG", "Pacific/Kiritimati", "20.00", "١٬٢٣٤٫٥٦", "٠١")]
    public async Task Amounts_are_read_as_the_viewer_writes_them_and_days_are_in_UTC(
        string locale,
        string zone,
        string present,
        string amount,
        string firstDay
    )
    {
        using var api = await PageUser.WithMonthAsync(page.App, locale);
        await using var tab = await page.OpenElsewhereAsync(locale, locale, zone);
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/budget", "Budget");
            await Expect(opened.Field(Budget)).ToHaveValueAsync(present);
            await SaveAsync(opened, amount, amount);

            await opened.OpenAsync("/usage?groupBy=day", "Usage");
            var days = opened.GetByRole(AriaRole.Table, new() { Name = "Costs by day" });
            await Expect(days.GetByRole(AriaRole.Row)).ToHaveCountAsync(15);
            await Expect(days.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync(firstDay);
        });
        Assert.Equal(123_456, (int)(await api.GetAsync("/api/settings"))["monthlyBudgetCents"]);
    }

    private static string Since(Answer recorded) => (string)recorded["receipt"]["effectiveFrom"]!;

    private static async Task SaveAsync(IPage opened, string amount, string answer)
    {
        await opened.Field(Budget).FillAsync(amount);
        await opened.Button("Save budget").ClickAsync();
        await opened.SeesAsync(answer);
    }
}
