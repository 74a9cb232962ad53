using System.Net;
using Microsoft.Playwright;
using MyCoach.Dev;
using MyCoach.Dev.Vault;
using MyCoach.Prices;
using MyCoach.ProviderKeys;
using MyCoach.Tests.Prices;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>What operators order on the page and the timer does. The page follows it by itself.</summary>
public sealed class OperatorOrderTests(LocalParts parts, SharedBrowser browser)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [BrowserFact]
    public async Task An_operator_sees_what_pricing_again_would_change_and_then_has_it_done()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [.. PageApp.Development, TestApp.Behind(proxy)]);
        using var ann = app.As("ann");
        using var bob = app.As("bob");
        await ann.UseAsync("gpt-9");
        await ann.UseAsync("gpt-9");
        await bob.UseAsync("gpt-9");
        // 1,000 and 500 tokens at 200 and 1,000 cents per million: 0.7 cents a call.
        await app.CorrectAsync(PriceSteps.Model("gpt-9", input: 200, output: 1000));
        await using var tab = await PageApp.OpenAsync(app, browser, "op", "MyCoach.Admin");
        await tab.LiveAsync(
            async page =>
            {
                await page.OpenAsync("/operator", "Operator");
                await OrderAsync(page, isDryRun: true);
                await page.SeesAsync("It has found no change so far.");
                app.Clock.Advance(TimeSpan.FromMinutes(1));
                await app.Service<Repricing>().RunAsync(Cancellation);
                await Expect(Fact(page, "Last order")).ToContainTextAsync("Finished");
                var changes = page.GetByRole(AriaRole.Table, new() { Name = "Changed costs" });
                await Expect(changes).ToContainTextAsync("Would change by");
                Assert.Equal(0, await CostAsync(ann));

                await OrderAsync(page, isDryRun: false);
                await Expect(Fact(page, "Last order")).ToContainTextAsync("Under way");
                app.Clock.Advance(TimeSpan.FromMinutes(1));
                // The months of ann take all the time of this run.
                proxy.Hold = call =>
                {
                    if (call.Path.Contains("ann_202611", StringComparison.Ordinal))
                    {
                        app.Clock.Advance(Repricing.TimeLimit);
                    }
                    return Task.CompletedTask;
                };
                await app.Service<Repricing>().RunAsync(Cancellation);
                proxy.Hold = _ => Task.CompletedTask;
                await Expect(Fact(page, "User-months done")).ToHaveTextAsync("1");
                await Expect(Fact(page, "Last order")).ToContainTextAsync("Under way");

                await app.Service<Repricing>().RunAsync(Cancellation);
                await Expect(Fact(page, "Last order")).ToContainTextAsync("Finished");
                await Expect(Fact(page, "User-months done")).ToHaveTextAsync("2");
                await Expect(changes).ToContainTextAsync("Changed by");
                await Expect(changes.GetByRole(AriaRole.Row, new() { Name = "ann" })).ToContainTextAsync("$0.01");
                await Expect(changes.GetByRole(AriaRole.Row, new() { Name = "bob" })).ToContainTextAsync("$0.007");
            },
            // Before the first order.
            404
        );
        Assert.Equal(0.014m, await CostAsync(ann));
        Assert.Equal(0.007m, await CostAsync(bob));
    }

    [BrowserFact]
    public async Task An_operator_rotates_the_data_key_and_users_keys_go_on_working()
    {
        await using var vault = await KeyVaultEmulator.StartAsync();
        await using var app = await TestApp.StartAsync(
            parts,
            [.. PageApp.Development, .. VaultUser.Settings],
            configure: vault.Serve
        );
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        var old = await DataKeyRows.CurrentAsync(app);
        await using var tab = await PageApp.OpenAsync(app, browser, "op", "MyCoach.Admin");
        await tab.LiveAsync(
            async page =>
            {
                await page.OpenAsync("/operator", "Operator");
                var keys = page.GetByRole(AriaRole.Table, new() { Name = "Data keys by age" });
                await Expect(keys.GetByRole(AriaRole.Row, new() { Name = old })).ToContainTextAsync("Encrypts");
                await page.Button("Rotate data key").ClickAsync();
                await page.Button("Rotate").ClickAsync();
                await page.SeesAsync("A new data key is made.");
                var made = await DataKeyRows.CurrentAsync(app);
                await Expect(keys.GetByRole(AriaRole.Row, new() { Name = made })).ToContainTextAsync("Encrypts");
                await Expect(keys.GetByRole(AriaRole.Row, new() { Name = old })).ToContainTextAsync("only decrypts");
                await page.SeesAsync("Under way");

                app.Clock.Advance(KeyRotation.Settling);
                await DataKeyRows.RotateAsync(app);
                await Expect(page.GetByText("Under way")).ToHaveCountAsync(0);
                await Expect(Fact(page, "Encrypted again")).ToHaveTextAsync("1 provider key, in 2 passes");
                Assert.Equal([(made, "ann")], await DataKeyRows.EncryptedByAsync(app));
            },
            404
        );
        await VaultUser.CallAsync(ann);
    }

    private static async Task OrderAsync(IPage page, bool isDryRun)
    {
        await page.Button("Price again").ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Only see what would change" })
            .SetCheckedAsync(isDryRun);
        await page.Button("Give the order").ClickAsync();
        await page.SeesAsync(isDryRun ? "Nothing is changed by it." : "Costs change as it goes.");
    }

    private static ILocator Fact(IPage page, string name) => page.Locator($"dt:text-is('{name}') + dd");

    private static async Task<decimal> CostAsync(ApiClient user) =>
        (decimal)(await user.GetAsync("/api/usage/summary")).Is(HttpStatusCode.OK)["totals"]["costUsd"]!;
}
