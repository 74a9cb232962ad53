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

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        Assertions.SetDefaultExpectTimeout(Tab.PatienceMs);
        var playwright = await Playwright.CreateAsync();
        // As root, as in containers, Chromium runs only without its sandbox.
        var browser = await playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = Chromium.Path, Args = ["--no-sandbox"] }
        );
        return (playwright, browser);
    }
}
