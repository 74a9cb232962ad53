using System.Net;
using Microsoft.Playwright;
using MyCoach.Tests.Billing;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>A user enters, changes and removes the total of an invoice, with and without an admin key.</summary>
public sealed class InvoiceStoryTests(PageApp page) : IClassFixture<PageApp>
{
    private const string November = "/api/billing/openai/invoices/2026-11";
    private const string Total = "Total, in US dollars";

    [BrowserFact]
    public async Task Without_an_admin_key_a_total_is_entered_changed_and_removed()
    {
        var ann = page.App.As("ann");
        await using var tab = await page.OpenAsync("ann");
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/bills", "Bills");
            await opened.SeesAsync("Invoice of November 2026: not entered");
            await opened.Button("Enter the total of the OpenAI invoice").ClickAsync();
            await opened.Button("Save total").ClickAsync();
            await opened.SeesAsync("Write dollars and cents, such as 20.50.");
            await opened.Field(Total).FillAsync("1,234.567");
            await opened.Button("Save total").ClickAsync();
            await opened.SeesAsync("Write dollars and cents, such as 20.50.");
            await opened.Field(Total).FillAsync("1,234.56");
            await opened.Button("Save total").ClickAsync();
            await opened.SeesAsync("The total of the OpenAI invoice of November 2026 is $1,234.56.");
            await opened.SeesAsync("Invoice of November 2026: $1,234.56");
            Assert.Equal(1234.56m, (decimal)(await ann.GetAsync(November))["totalUsd"]);

            await opened.ReloadAsync();
            await opened.Button("Change the total of the OpenAI invoice").ClickAsync();
            await opened.SeesAsync("This replaces $1,234.56.");
            await Expect(opened.Field(Total)).ToHaveValueAsync("1234.56");
            await opened.Field(Total).FillAsync("20");
            await opened.Button("Save total").ClickAsync();
            await opened.SeesAsync("Invoice of November 2026: $20.00");

            await opened.Button("Remove the total of the OpenAI invoice").ClickAsync();
            await opened.Button("Remove total").ClickAsync();
            await opened.SeesAsync("The total of the OpenAI invoice of November 2026 is removed.");
            await Expect(opened.Button("Remove the total of the OpenAI invoice")).ToHaveCountAsync(0);
            (await ann.GetAsync(November)).IsProblem(404, "not_found");
        });
    }

    [BrowserFact]
    public async Task With_an_admin_key_a_total_is_entered_and_a_statement_added_to_the_card()
    {
        var bea = await BilledUser.CreateAsync(page.App, "bea", "sk-proj-orgbea-key-of-bea-00001");
        (await bea.StoreAdminAsync("sk-admin-orgbea-admin-key-0001")).Is(HttpStatusCode.Created);
        bea.Book.Add(bea.Call("openai", 3, "gpt-4.1"));
        // Parts of a cent cannot be typed.
        (await bea.Api.PutAsync(November, new { totalUsd = 0.123456m })).Is(HttpStatusCode.OK);
        await using var tab = await page.OpenAsync("bea");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/bills", "Bills");
                await opened.SeesAsync("Invoice of November 2026: $0.123456");
                await opened.Button("Change the total of the OpenAI invoice").ClickAsync();
                await Expect(opened.Field(Total)).ToHaveValueAsync("");
                await opened.Field(Total).FillAsync("0.12");
                await opened.Button("Save total").ClickAsync();
                await opened.SeesAsync("Invoice of November 2026: $0.12");

                await opened.Button("Add a statement of OpenAI").ClickAsync();
                await opened.SeesAsync("stay compared as they were read");
                await opened.ChooseAsync("CSV file", bea.Book.OpenAiCostCsv(new DateOnly(2026, 11, 1), "bea"));
                await opened.Button("Add statement").ClickAsync();
                await opened.SeesAsync("The statement of OpenAI is added");
                await opened.SeesAsync("statements that you posted");

                await opened.Button("Remove the total of the OpenAI invoice").ClickAsync();
                // Another tab is faster.
                (await bea.Api.DeleteAsync(November)).Is(HttpStatusCode.NoContent);
                await opened.Button("Remove total").ClickAsync();
                await opened.SeesAsync("was removed meanwhile, perhaps in another tab");
                await opened.SeesAsync("Invoice of November 2026: not entered");
            },
            404
        );
    }

    [BrowserFact]
    public async Task A_total_needs_no_mouse()
    {
        await using var tab = await page.OpenAsync("cal");
        await tab.LiveAsync(async opened =>
        {
            await opened.OpenAsync("/bills", "Bills");
            await opened.PressAsync(opened.Button("Enter the total of the Anthropic invoice"));
            await Expect(opened.Field(Total)).ToBeFocusedAsync();
            await opened.Keyboard.TypeAsync("7.50");
            await opened.Keyboard.PressAsync("Enter");
            await opened.SeesAsync("Invoice of November 2026: $7.50");
            await Expect(opened.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            await Expect(opened.Button("Change the total of the Anthropic invoice")).ToBeFocusedAsync();

            await opened.PressAsync(opened.Button("Remove the total of the Anthropic invoice"));
            await opened.PressAsync(opened.Button("Remove total"));
            await opened.SeesAsync("The total of the Anthropic invoice of November 2026 is removed.");
        });
    }
}
