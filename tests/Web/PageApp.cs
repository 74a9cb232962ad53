using MyCoach.Tests.Support;

namespace MyCoach.Tests.Web;

/// <summary>
/// The program for the stories of a class. It is in Development, where the page signs in no one; the browser sends a token,
/// so that each story has its own user.
/// </summary>
public sealed class PageApp(LocalParts parts, SharedBrowser browser) : IAsyncLifetime
{
    public static readonly string[] Development =
    [
        "ASPNETCORE_ENVIRONMENT=Development",
        "Auth:DevelopmentUser=developer",
        TestApp.NoRollUp,
    ];

    private TestApp? app;

    public TestApp App => app!;

    public async ValueTask InitializeAsync() => app = await TestApp.StartAsync(parts, Development);

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            await app.DisposeAsync();
        }
    }

    public Task<Tab> OpenAsync(string user, params string[] roles) => OpenAsync(App, browser, user, roles);

    /// <summary>Opens a tab of a viewer elsewhere.</summary>
    public async Task<Tab> OpenElsewhereAsync(string user, string locale, string zone) =>
        await Tab.OpenAsync(
            await browser.GetAsync(),
            [App.Address],
            App.Token(user),
            App.Clock.GetUtcNow(),
            locale,
            zone
        );

    public static async Task<Tab> OpenAsync(TestApp app, SharedBrowser browser, string user, params string[] roles) =>
        await Tab.OpenAsync(await browser.GetAsync(), [app.Address], app.Token(user, roles), app.Clock.GetUtcNow());
}
