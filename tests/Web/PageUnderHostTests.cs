using System.IO.Compression;
using System.Net;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Web;

/// <summary>The page through the function that takes every address outside the API.</summary>
public sealed class PageUnderHostTests(LocalParts parts, SharedBrowser browser)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_host_gives_the_page_what_is_not_the_APIs()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        await using var app = await WorkerApp.StartAsync(parts, emulator);
        using var ann = app.As("ann");
        foreach (var address in (string[])["/", "/usage/202611-a.b", "/?code=a&state=b"])
        {
            Assert.Contains(
                "<div id=\"root\">",
                (await ann.GetAsync(address)).Is(HttpStatusCode.OK).Text,
                StringComparison.Ordinal
            );
            (await ann.SendAsync(HttpMethod.Head, address)).Is(HttpStatusCode.OK);
        }
        Assert.Equal("token", (string?)(await ann.GetAsync("/config.json")).Is(HttpStatusCode.OK)["signIn"]);
        (await ann.GetAsync("/assets/index-00000000.js")).IsProblem(404, "not_found");
        (await ann.GetAsync("/api/nothing")).IsProblem(404, "not_found");
        using var anyone = app.As(null);
        (await anyone.GetAsync("/api/nothing")).IsProblem(401, "unauthenticated");
        // The host answers what no function lists.
        Assert.Equal("", (await ann.PostAsync("/", "{}")).Is(HttpStatusCode.NotFound).Text);

        using var request = new HttpRequestMessage(HttpMethod.Get, (await ServedPage.AssetsAsync(ann.Http)).Script);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "br");
        using var script = await ann.Http.SendAsync(request, Cancellation);
        Assert.Equal(["br"], script.Content.Headers.ContentEncoding);
        Assert.Equal("public, max-age=31536000, immutable", Assert.Single(script.Headers.GetValues("Cache-Control")));
    }

    [BrowserFact]
    public async Task A_user_with_a_pasted_token_sees_the_month()
    {
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        // The zip where it is made already, as in .ci/run; else what the build has made.
        using var unpacked = new TemporaryFolder();
        var zip = FunctionsPackage.MadeAlready("MYCOACH_FUNCTIONS_PACKAGE");
        if (zip is not null)
        {
            await ZipFile.ExtractToDirectoryAsync(zip, unpacked.Name, Cancellation);
        }
        await using var app = await WorkerApp.StartAsync(parts, emulator, zip is null ? null : unpacked.Name);
        await using var tab = await Tab.OpenAsync(await browser.GetAsync(), [app.Host.Address]);
        await tab.LiveAsync(
            async page =>
            {
                await page.GotoAsync("/usage");
                await page.Field("Access token").FillAsync("nonsense");
                await page.Button("Sign in").ClickAsync();
                await page.SeesAsync("Signing in failed:");

                await page.Field("Access token").FillAsync(TestApp.Token(TimeProvider.System.GetUtcNow(), "ann"));
                await page.Button("Sign in").ClickAsync();
                await page.ShowsAsync("Usage");
                await page.SeesAsync("No calls in this time.");
                Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length + sessionStorage.length"));
            },
            401
        );
    }
}
