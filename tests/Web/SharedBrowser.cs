using Microsoft.Playwright;
using MyCoach.Tests.Web;

[assembly: AssemblyFixture(typeof(SharedBrowser))]

namespace MyCoach.Tests.Web;

/// <summary>One browser for all tests, started by the first that needs it. Each tab has its own cookies and cache.</summary>
public sealed class SharedBrowser : IAsyncDisposable
{
    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> started = new(StartAsync);

    public async Task<IBrowser> GetAsync() => (await started.Value).Browser;

    public async ValueTask DisposeAsync()
    {
        if (started.IsValueCreated)
        {
            var (playwright, browser) = await started.Value;
            await browser.CloseAsync();
            playwright.Dispose();
        }
    }

    /// <param name="without">What Playwright starts a browser with, and this one not.</param>
    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright, params string[] without)
    {
        Assertions.SetDefaultExpectTimeout(Tab.PatienceMs);
        // As root, as in containers, Chromium runs only without its sandbox.
        return await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Chromium.Path,
                Args = ["--no-sandbox"],
                IgnoreDefaultArgs = without,
            }
        );
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await LaunchAsync(playwright));
    }
}
