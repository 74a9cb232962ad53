using System.Text;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>What users do and see, by the names that they and screen readers read.</summary>
internal static class PageSteps
{
    /// <summary>Opens an address and waits until the view has loaded.</summary>
    public static async Task OpenAsync(this IPage page, string address, string heading)
    {
        await page.GotoAsync(address);
        await page.ShowsAsync(heading);
    }

    /// <summary>Waits until the view has this heading and nothing of it is loading.</summary>
    public static async Task ShowsAsync(this IPage page, string heading)
    {
        await Expect(
                page.GetByRole(
                    AriaRole.Heading,
                    new()
                    {
                        Name = heading,
                        Level = 1,
                        Exact = true,
                    }
                )
            )
            .ToBeVisibleAsync();
        await Expect(page.Locator(".loading")).ToHaveCountAsync(0);
    }

    public static ILocator Button(this IPage page, string name) =>
        page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public static ILocator Link(this IPage page, string name) =>
        page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    public static ILocator Field(this IPage page, string label) => page.GetByLabel(label, new() { Exact = true });

    public static Task SeesAsync(this IPage page, string text) => Expect(page.GetByText(text).First).ToBeVisibleAsync();

    /// <summary>Chooses a file with this text.</summary>
    public static Task ChooseAsync(this IPage page, string label, string csv) =>
        page.Field(label)
            .SetInputFilesAsync(
                new FilePayload
                {
                    Name = "costs.csv",
                    MimeType = "text/csv",
                    Buffer = Encoding.UTF8.GetBytes(csv),
                }
            );

    /// <summary>Presses Tab until the element has the focus, as users without a mouse do.</summary>
    public static async Task ReachAsync(this IPage page, ILocator element)
    {
        for (var i = 0; i < 80; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await element.EvaluateAsync<bool>("element => element === document.activeElement"))
            {
                Assert.True(
                    await element.EvaluateAsync<bool>("element => element.matches(':focus-visible')"),
                    "The focus is not visible."
                );
                return;
            }
        }
        Assert.Fail($"{element} cannot be reached by the keyboard.");
    }

    public static async Task PressAsync(this IPage page, ILocator element, string key = "Enter")
    {
        await page.ReachAsync(element);
        await page.Keyboard.PressAsync(key);
    }

    public static async Task TypeAsync(this IPage page, ILocator field, string text)
    {
        await page.ReachAsync(field);
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(text);
    }
}
