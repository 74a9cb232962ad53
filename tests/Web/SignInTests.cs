using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using MyCoach.Dev;
using MyCoach.Tests.Clients;
using MyCoach.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace MyCoach.Tests.Web;

/// <summary>Users sign in at a real OpenID provider, with the authorization code flow and PKCE.</summary>
public sealed class SignInTests(LocalParts parts, SharedBrowser browser) : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Uri provider = new($"http://127.0.0.1:{LocalPort.Free()}");

    private string Issuer => provider.GetLeftPart(UriPartial.Authority);

    public void Dispose() => folder.Dispose();

    [ClientFact]
    public async Task Users_sign_in_see_their_data_and_sign_out_and_the_page_stores_no_token()
    {
        Assert.SkipUnless(Chromium.IsExpected, Chromium.Absence);
        await using var app = await StartAppAsync();
        await using var running = StartProvider(app.Address);
        await running.UntilAsync(child => Task.FromResult(child.Output.Contains("listening")), Eventually.HangLimit);
        using var ann = app.With(TestApp.Token(TimeProvider.System.GetUtcNow(), "ann", issuer: Issuer));
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(System.Net.HttpStatusCode.Created);
        await using var tab = await Tab.OpenAsync(await browser.GetAsync(), [app.Address, provider]);
        var tokens = new TaskCompletionSource<JsonNode>();
        tab.Page.Response += async (_, response) =>
        {
            if (response.Url == $"{Issuer}/token" && response.Request.Method == "POST")
            {
                tokens.TrySetResult(JsonNode.Parse(await response.TextAsync())!);
            }
        };

        await tab.LiveAsync(async page =>
        {
            await page.GotoAsync("/usage?groupBy=provider");
            await page.Button("Sign in").ClickAsync();
            await page.Field("Name").FillAsync("ann");
            await page.Button("Continue").ClickAsync();

            await page.ShowsAsync("Usage");
            await page.SeesAsync("$0.01");
            await page.SeesAsync("User ann");
            Assert.Equal($"{app.Address}usage?groupBy=provider", page.Url);
            await AssertStoresNothingAsync(page, await tokens.Task);

            await page.Button("Sign out").ClickAsync();
            await page.Button("Leave").ClickAsync();
            await Expect(page.Button("Sign in")).ToBeVisibleAsync();
        });
    }

    [ClientFact]
    public async Task A_refused_sign_in_is_tried_again_and_a_refused_token_renewed()
    {
        Assert.SkipUnless(Chromium.IsExpected, Chromium.Absence);
        await using var app = await StartAppAsync();
        await using var running = StartProvider(app.Address);
        await running.UntilAsync(child => Task.FromResult(child.Output.Contains("listening")), Eventually.HangLimit);
        await using var tab = await Tab.OpenAsync(await browser.GetAsync(), [app.Address, provider]);
        var tokens = 0;
        tab.Page.Request += (_, request) =>
        {
            if (request.Url == $"{Issuer}/token" && request.Method == "POST")
            {
                Interlocked.Increment(ref tokens);
            }
        };

        await tab.LiveAsync(
            async page =>
            {
                await page.GotoAsync("/usage?groupBy=provider");
                await page.Button("Sign in").ClickAsync();
                await page.Button("Refuse").ClickAsync();
                await page.SeesAsync("Signing in failed: the identity provider answered “The user refused”.");
                Assert.Equal($"{app.Address}usage?groupBy=provider", page.Url);

                await page.Button("Sign in").ClickAsync();
                await page.Field("Name").FillAsync("ann");
                await page.Button("Continue").ClickAsync();
                await page.ShowsAsync("Usage");
                await page.SeesAsync("No calls in this time.");
                Assert.Equal(1, tokens);

                // A route that ends itself (Times) can lose the event of the request that follows.
                var refused = 0;
                await page.RouteAsync(
                    "**/api/tokens",
                    route =>
                        Interlocked.Increment(ref refused) == 1
                            ? route.FulfillAsync(new() { Status = 401 })
                            : route.ContinueAsync()
                );
                await page.Link("Tokens").ClickAsync();
                await page.SeesAsync("You have no tokens.");
                Assert.Equal(2, tokens);
                await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            },
            401
        );
    }

    private static async Task AssertStoresNothingAsync(IPage page, JsonNode tokens)
    {
        var stored = await page.EvaluateAsync<string>(
            "JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])"
        );
        string[] names = ["access_token", "id_token", "refresh_token"];
        Assert.All(
            names,
            name => Assert.DoesNotContain((string?)tokens[name] ?? name, stored, StringComparison.Ordinal)
        );
        Assert.NotNull(tokens["access_token"]);
        Assert.Equal("[{},{},\"\"]", stored);
    }

    private Task<TestApp> StartAppAsync() =>
        TestApp.StartAsync(
            parts,
            [
                TestApp.NoRollUp,
                $"Authentication:Schemes:Bearer:ValidIssuer={Issuer}",
                $"Authentication:Schemes:Bearer:SigningKeys:0:Issuer={Issuer}",
                $"Web:Authority={Issuer}",
                "Web:ClientId=page",
                "Web:Scope=openid profile offline_access",
            ],
            // The provider's tokens are of the real time.
            configure: builder => builder.Services.AddSingleton(TimeProvider.System)
        );

    private ChildProgram StartProvider(Uri page) =>
        InstalledClients.StartScript(
            folder,
            "oidc-provider.mjs",
            [
                ("ISSUER", Issuer),
                ("PAGE", page.ToString()),
                ("AUDIENCE", TestApp.Audience),
                ("SIGNING_KEY", Convert.ToBase64String(TestApp.SigningKey)),
            ]
        );
}
