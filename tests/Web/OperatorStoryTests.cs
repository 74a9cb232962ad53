using System.Text.Json.Nodes;
using MyCoach.Tests.Prices;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>What operators do on the page, and what others see of it.</summary>
public sealed class OperatorStoryTests(PageApp page) : IClassFixture<PageApp>
{
    // While no calls are priced again.
    private const int NoRepricing = 404;

    [BrowserFact]
    public async Task An_operator_sees_what_a_correction_changes_and_stores_it()
    {
        var corrections = new JsonObject
        {
            ["models"] = new JsonArray(PriceSteps.Model("gpt-of-tomorrow", 700, 2_800)),
        };
        await using var tab = await page.OpenAsync("op", "MyCoach.Admin");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/operator", "Operator");
                await opened.Button("Edit as JSON").ClickAsync();
                await opened.Field("Corrections").FillAsync("{");
                await opened.Button("Show what changes").ClickAsync();
                await opened.SeesAsync("JSON");
                await opened.Field("Corrections").FillAsync(corrections.ToJsonString());
                await opened.Button("Show what changes").ClickAsync();
                await opened.Field("Note").FillAsync("A new model");
                await opened.Button("Store version 1").ClickAsync();
                await opened.SeesAsync("Version 1 of the price book is stored.");
                await Expect(opened.GetByText("“A new model”").First).ToBeVisibleAsync();
            },
            NoRepricing
        );
        using var admin = page.App.Operator();
        Assert.Equal(1, (int)(await admin.GetAsync(PriceSteps.Book))["version"]!);
    }

    [BrowserFact]
    public async Task Others_are_not_let_in()
    {
        await using var tab = await page.OpenAsync("ann");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/operator", "Operator");
                await opened.SeesAsync("This is for operators only");
            },
            403
        );
    }
}
