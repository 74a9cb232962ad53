using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

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
        ("/tokens", "Tokens"),
        ("/try", "Try it"),
        ("/account", "Account"),
        ("/operator", "Operator"),
        ("/nothing", "Not found"),
    ];

    [BrowserTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_view_is_accessible_and_fits(bool hasData)
    {
        var user = hasData ? "ann" : "new";
        using var api = hasData ? await PageUser.WithMonthAsync(page.App, user) : page.App.As(user);
        await using var tab = await page.OpenAsync(user, "MyCoach.Admin");
        foreach (var (address, heading) in Views.Where(view => hasData || view.Heading != "Receipt"))
        {
            await tab.LiveAsync(async opened =>
            {
                await opened.OpenAsync(address, heading);
                foreach (var width in (int[])[Tab.Wide, Tab.Narrow])
                {
                    await opened.SetViewportSizeAsync(width, 900);
                    await AssertFitsAsync(opened);
                    foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
                    {
                        await opened.EmulateMediaAsync(new() { ColorScheme = scheme });
                        await AssertAccessibleAsync(opened, $"{address} {scheme} {width}");
                    }
                }
            });
        }
    }

    private static async Task AssertAccessibleAsync(IPage page, string what)
    {
        var result = await page.RunAxe();
        Assert.True(result.Passes.Length > 10, what);
        Assert.True(
            result.Violations.Length == 0,
            $"{what}\n{string.Join('\n', result.Violations.SelectMany(rule => rule.Nodes.Select(node => $"{rule.Id}: {node.Html}: {string.Join(' ', node.Any.Concat(node.All).Select(check => check.Message))}")))}"
        );
    }

    private static async Task AssertFitsAsync(IPage page) =>
        Assert.True(
            await page.EvaluateAsync<bool>(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            ),
            $"{page.Url} scrolls sideways at {page.ViewportSize!.Width} px."
        );
}
