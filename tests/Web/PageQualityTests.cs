using System.Text.Json.Nodes;
using MyCoach.Tests.Clients;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Web;

/// <summary>What Lighthouse says of the overview, and how much script its first view needs.</summary>
public sealed class PageQualityTests(PageApp page) : IClassFixture<PageApp>
{
    private const int MostScriptBytes = 150_000;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [ClientFact]
    public async Task Lighthouse_finds_the_overview_accessible_and_well_made()
    {
        Assert.SkipUnless(Chromium.IsExpected, Chromium.Absence);
        using var folder = new TemporaryFolder();
        await using var run = InstalledClients.StartScript(
            folder,
            "lighthouse.mjs",
            [
                ("ADDRESS", page.App.Address.ToString()),
                ("CHROMIUM", Chromium.Path!),
                ("CATEGORIES", "accessibility,best-practices"),
                ("DEVICE", "desktop"),
            ]
        );
        Assert.True(await run.ExitAsync(Patience) == 0, run.Report);

        var result = JsonNode.Parse(run.Output.Last())!;
        foreach (var category in (string[])["accessibility", "best-practices"])
        {
            Assert.True((int)result["scores"]![category]! >= 95, result.ToJsonString());
        }
    }

    [BrowserFact]
    public async Task The_first_view_needs_at_most_150_kB_of_script()
    {
        using var api = await PageUser.WithMonthAsync(page.App, "ann");
        await using var tab = await page.OpenAsync("ann");
        var scripts = new List<string>();
        tab.Page.Response += (_, response) =>
        {
            if (response.Request.ResourceType == "script" || response.Url.EndsWith(".js", StringComparison.Ordinal))
            {
                scripts.Add(response.Url);
            }
        };
        await tab.LiveAsync(opened => opened.OpenAsync("/", "Overview"));

        var sizes = await Task.WhenAll(scripts.Distinct().Select(GzippedAsync));
        Assert.True(sizes.Length >= 2, string.Join('\n', scripts));
        Assert.InRange(sizes.Sum(), 30_000, MostScriptBytes);
        TestContext.Current.TestOutputHelper?.WriteLine($"{sizes.Sum()} bytes of script, gzipped");
    }

    private async Task<long> GzippedAsync(string address)
    {
        using var anyone = page.App.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        using var answer = await anyone.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.Content.Headers.ContentLength!.Value;
    }
}
