using System.Net;
using Microsoft.Playwright;
using MyCoach.Dev.Emulator.Billing;
using MyCoach.Tests.Billing;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>A user compares the bill of an organisation with what was recorded.</summary>
public sealed class BillsStoryTests(PageApp page) : IClassFixture<PageApp>
{
    // Unlike those of other users of the same organisation, at its start and end.
    private const string Key = "sk-proj-the-key-of-a-story-of-bills";

    [BrowserFact]
    public async Task A_bill_is_read_explained_counted_into_the_budget_and_forgotten()
    {
        var ann = await BilledUser.CreateAsync(page.App, "ann", Key);
        await ann.CallAsync([.. Enumerable.Range(1, 10).Select(day => ann.Call("openai", day, "gpt-4.1"))]);
        // Two more than are recorded, of $0.0036 each.
        ann.Book.Add([ann.Call("openai", 8, "gpt-4.1"), ann.Call("openai", 9, "gpt-4.1")]);
        await using var tab = await page.OpenAsync("ann");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/bills", "Bills");
                await opened.SeesAsync("Connect an organisation below");
                await ConnectAsync(opened);
                await ReadAsync(opened);
                await RegroupAsync(opened);
                await CountAsync(opened);
                await ForgetAsync(opened);
            },
            422
        );
        Assert.Equal(10 * 0.0036m, (decimal)(await ann.Api.GetAsync("/api/budget"))["spentUsd"]!);
    }

    [BrowserFact]
    public async Task A_key_with_a_twin_is_named_and_too_many_readings_are_refused_with_the_wait()
    {
        var bea = await BilledUser.CreateAsync(page.App, "bea", "sk-proj-orgtwin-key-of-bea-0001");
        page.App.Emulator.Billing.AddKey("sk-proj-orgtwin-twin-of-it-0001");
        const string Admin = "sk-admin-orgtwin-admin-key-0001";
        (await bea.StoreAdminAsync(Admin)).Is(HttpStatusCode.Created);
        await using var tab = await page.OpenAsync("bea");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/bills", "Bills");
                await opened.SeesAsync("because several of the organisation’s keys look like your stored one");
                await opened.Button("Name your OpenAI key").ClickAsync();
                await opened.Field("Admin key").FillAsync(Admin);
                await opened.Field("Id of your OpenAI key").FillAsync(BilledKey.Of(bea.Keys["openai"].Text).Id!);
                await opened.Button("Replace key").ClickAsync();
                await opened.SeesAsync("The OpenAI admin key is stored. Compared: your stored keys.");
                await Expect(opened.Button("Name your OpenAI key")).ToHaveCountAsync(0);

                for (var i = 0; i < 4; i++)
                {
                    (await bea.SyncAsync("openai")).Is(HttpStatusCode.OK);
                }
                await opened.Button("Read now the OpenAI bill").ClickAsync();
                await opened.SeesAsync("Try again in");
            },
            429
        );
    }

    [BrowserFact]
    public async Task Without_an_admin_key_a_statement_is_added_and_a_wrong_file_is_refused_with_the_reason()
    {
        var cal = await StatementUser.CreateAsync(page.App, "cal", StatementUser.OpenAiKey);
        cal.Book.Add(cal.Call(3, 1000, 100));
        await using var tab = await page.OpenAsync("cal");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/bills", "Bills");
                await opened.Button("Add a statement of OpenAI").ClickAsync();
                await opened.Button("Add statement").ClickAsync();
                await opened.SeesAsync("Choose a file.");
                await AddAsync(opened, "a,b\n1,2\n");
                await opened.SeesAsync("Has another header than the exports of costs and usage that MyCoach knows.");
                await opened.Field("Id of your OpenAI key").FillAsync(cal.KeyId);
                await AddAsync(opened, cal.CostCsv);
                await opened.SeesAsync(
                    "The statement of OpenAI is added, with the costs of Nov 1, 2026 to Nov 15, 2026"
                );
                await opened.SeesAsync("statements that you posted");
                await Expect(Row(Groups(opened, "day"), "Nov 3, 2026")).ToContainTextAsync("calls outside MyCoach");
            },
            400
        );
    }

    private static async Task AddAsync(IPage opened, string csv)
    {
        await opened.ChooseAsync("CSV file", csv);
        await opened.Button("Add statement").ClickAsync();
    }

    private static async Task ConnectAsync(IPage opened)
    {
        await opened.Button("Connect OpenAI").ClickAsync();
        await opened.Field("Admin key").FillAsync("sk-admin-a-wrong-admin-key-0001");
        await opened.Button("Connect").ClickAsync();
        await opened.SeesAsync("openai does not know this key. Nothing was stored.");
        await Expect(opened.Field("Admin key")).ToHaveValueAsync("");
        await opened.Field("Admin key").FillAsync(BilledUser.OpenAiAdmin);
        await opened.Button("Connect").ClickAsync();
        await opened.SeesAsync("The OpenAI admin key is stored. Compared: your stored keys.");
        await opened.SeesAsync("org-default");
        Assert.DoesNotContain(BilledUser.OpenAiAdmin, await opened.ContentAsync(), StringComparison.Ordinal);
    }

    private static async Task ReadAsync(IPage opened)
    {
        await opened.Button("Read now the OpenAI bill").ClickAsync();
        await opened.SeesAsync("The OpenAI bill is read through Nov 15, 2026.");
        var causes = opened.GetByRole(AriaRole.Table, new() { Name = "Causes of the difference" });
        await Expect(Row(causes, "Calls outside MyCoach, or lost here")).ToContainTextAsync("$0.0072");
        await Expect(Row(causes, "Difference")).ToContainTextAsync("$0.0072");
        await Expect(opened.GetByRole(AriaRole.Img, new() { Name = "Billed and recorded by day, in UTC" }))
            .ToBeVisibleAsync();
        var day = Row(Groups(opened, "day"), "Nov 8, 2026");
        await Expect(day).ToContainTextAsync("provisional");
        await Expect(day).ToContainTextAsync("calls outside MyCoach");
    }

    private static async Task RegroupAsync(IPage opened)
    {
        await opened.Field("Group by").SelectOptionAsync("Model");
        await Expect(Row(Groups(opened, "model"), "gpt-4.1")).ToContainTextAsync("$0.0072");
        Assert.EndsWith("/bills?groupBy=model", opened.Url, StringComparison.Ordinal);
        await opened.Field("Group by").SelectOptionAsync("Key");
        await Expect(Row(Groups(opened, "key"), "Key ills")).ToContainTextAsync("$0.0072");
        await opened.ReloadAsync();
        await Expect(Groups(opened, "key")).ToBeVisibleAsync();
    }

    private static async Task CountAsync(IPage opened)
    {
        await opened.OpenAsync("/budget", "Budget");
        await opened.GetByRole(AriaRole.Checkbox, new() { Name = "Count use outside MyCoach" }).CheckAsync();
        await opened.Button("Save budget").ClickAsync();
        await opened.SeesAsync("Saved.");
        await opened.OpenAsync("/bills", "Bills");
        await opened.Button("Read now the OpenAI bill").ClickAsync();
        await opened.SeesAsync("The OpenAI bill is read through Nov 15, 2026.");

        await opened.OpenAsync("/usage?model=outside%20MyCoach", "Usage");
        var calls = opened.GetByRole(AriaRole.Table, new() { Name = "Calls, newest first" });
        await Expect(calls.GetByText("no call")).ToHaveCountAsync(2);
        await calls.GetByRole(AriaRole.Link).First.ClickAsync();
        await opened.ShowsAsync("Receipt");
        await opened.SeesAsync("What the provider billed for a day’s use of your key outside MyCoach.");
        // It is no call of the key.
        await opened.OpenAsync("/keys", "Keys");
        await opened.SeesAsync("none this month");
    }

    private static async Task ForgetAsync(IPage opened)
    {
        await opened.OpenAsync("/bills", "Bills");
        await opened.Button("Forget OpenAI admin key").ClickAsync();
        await opened.Button("Forget key").ClickAsync();
        await opened.SeesAsync("The OpenAI admin key is forgotten. What was read of its bills stays.");
        await Expect(opened.Button("Connect OpenAI")).ToBeVisibleAsync();
        await Expect(Groups(opened, "day")).ToBeVisibleAsync();
        await opened.OpenAsync("/account", "Account");
        await opened.SeesAsync("deleted the OpenAI admin key");
    }

    private static ILocator Groups(IPage opened, string groupBy) =>
        opened.GetByRole(AriaRole.Table, new() { Name = $"Billed and recorded by {groupBy}" });

    private static ILocator Row(ILocator table, string name) =>
        table.GetByRole(AriaRole.Row).Filter(new() { HasText = name });
}
