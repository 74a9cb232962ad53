using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using MyCoach.Tests.Prices;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>Every view, with data and without, wide and narrow, light and dark.</summary>
public sealed class AccessibilityTests(PageApp page) : IClassFixture<PageApp>
{
    private static readonly (string Address, string Heading)[] Views =
    [
        ("/", "Overview"),
        ("/usage", "Usage"),
        ("/usage?groupBy=day,model", "Usage"),
        ("/usage/202611-claude-sonnet-4-6-14", "Receipt"),
        ("/keys", "Keys"),
        ("/models", "Models"),
        ("/budget", "Budget"),
        ("/bills", "Bills"),
        ("/bills?groupBy=key", "Bills"),
        ("/tokens", "Tokens"),
        ("/try", "Try it"),
        ("/account", "Account"),
        ("/operator", "Operator"),
        ("/nothing", "Not found"),
    ];

    private static readonly (string Address, string Heading, string Button)[] Dialogs =
    [
        ("/tokens", "Tokens", "New token"),
        ("/tokens", "Tokens", "Change token Laptop"),
        ("/keys", "Keys", "Replace OpenAI key"),
        ("/bills", "Bills", "Connect OpenAI"),
        ("/bills", "Bills", "Enter the total of the OpenAI invoice"),
    ];

    private static readonly string[] OperatorDialogs =
    [
        "Edit as JSON",
        "Correct a model",
        "Change correction of gpt-of-tomorrow",
        "Remove correction of gpt-of-tomorrow",
        "Add a price for gpt-9",
        "Remove all corrections",
        "Go back to version 1",
        "Price again",
        "Rotate data key",
    ];

    private const string Contrast = "color-contrast";

    // Naming each element that passes takes axe longer than finding those that do not.
    private static readonly HashSet<ResultType> Named = [ResultType.Violations];

    private static readonly AxeRunOptions AllRules = new() { ResultTypes = Named };

    // Of the rules, only this one depends on the color scheme, and it does not depend on the width.
    private static readonly AxeRunOptions OnlyContrast = new()
    {
        ResultTypes = Named,
        RunOnly = new RunOnlyOptions { Type = "rule", Values = [Contrast] },
    };
    private static readonly AxeRunOptions NoContrast = new()
    {
        ResultTypes = Named,
        Rules = new Dictionary<string, RuleOptions> { [Contrast] = new() { Enabled = false } },
    };

    [BrowserFact]
    public async Task Every_view_with_data_is_accessible_and_fits()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "ann");
        await PageUser.AddBillAsync(page.App, api);
        await AssertViewsAsync("ann", Views, [Tab.Wide, Tab.Narrow]);
    }

    [BrowserFact]
    public Task Every_view_without_data_is_accessible_and_fits() =>
        AssertViewsAsync("new", Views.Where(view => view.Heading != "Receipt"), [Tab.Narrow]);

    [BrowserFact]
    public async Task Dialogs_are_accessible_and_fit()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "bea");
        await using var tab = await page.OpenAsync("bea");
        await tab.LiveAsync(async opened =>
        {
            foreach (var (address, heading, button) in Dialogs)
            {
                await opened.OpenAsync(address, heading);
                await opened.Button(button).ClickAsync();
                await Expect(opened.Button("Cancel")).ToBeVisibleAsync();
                await AssertAccessibleAsync(opened, [Tab.Narrow]);
            }
        });
    }

    [BrowserFact]
    public async Task Dialogs_of_operators_are_accessible_and_fit()
    {
        using var api = page.App.As("cal");
        await api.UseAsync("gpt-9");
        await page.App.CorrectAsync(PriceSteps.Model("gpt-of-today", input: 700, output: 2_800));
        await page.App.CorrectAsync(PriceSteps.Model("gpt-of-tomorrow", input: 700, output: 2_800));
        await using var tab = await page.OpenAsync("op", "MyCoach.Admin");
        await tab.LiveAsync(
            async opened =>
            {
                await opened.OpenAsync("/operator", "Operator");
                foreach (var button in OperatorDialogs)
                {
                    await opened.Button(button).ClickAsync();
                    await Expect(opened.Button("Cancel")).ToBeVisibleAsync();
                    await AssertAccessibleAsync(opened, [Tab.Narrow]);
                    await opened.Button("Cancel").ClickAsync();
                    await Expect(opened.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
                }
            },
            404
        );
    }

    private async Task AssertViewsAsync(string user, IEnumerable<(string, string)> views, int[] widths)
    {
        await using var tab = await page.OpenAsync(user, "MyCoach.Admin");
        foreach (var (address, heading) in views)
        {
            await tab.LiveAsync(
                async opened =>
                {
                    await opened.OpenAsync(address, heading);
                    await AssertAccessibleAsync(opened, widths);
                },
                // While no calls are priced again.
                address == "/operator"
                    ? [404]
                    : []
            );
        }
    }

    private static async Task AssertAccessibleAsync(IPage page, int[] widths)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await AssertAccessibleAsync(page, OnlyContrast);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        foreach (var width in widths)
        {
            await page.SetViewportSizeAsync(width, 900);
            await AssertFitsAsync(page);
            await AssertAccessibleAsync(page, width == widths[0] ? AllRules : NoContrast);
        }
    }

    private static async Task AssertAccessibleAsync(IPage page, AxeRunOptions options)
    {
        var result = await page.RunAxe(options);
        var violations =
            from rule in result.Violations
            from node in rule.Nodes
            select $"{rule.Id} at {page.ViewportSize!.Width} px: {node.Html}: {string.Join(' ', node.Any.Concat(node.All).Select(check => check.Message))}";
        Assert.NotEmpty(result.Passes);
        Assert.Empty(violations);
    }

    private static async Task AssertFitsAsync(IPage page) =>
        Assert.True(
            await page.EvaluateAsync<bool>(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            ),
            $"{page.Url} scrolls sideways at {page.ViewportSize!.Width} px."
        );
}
