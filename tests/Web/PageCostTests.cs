using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Web;

/// <summary>What the page costs its operator: calls of the storage.</summary>
public sealed class PageCostTests(LocalParts parts, SharedBrowser browser, ITestOutputHelper output)
{
    private const int MostRequests = 6;
    private const int MostTransactions = 8;

    [BrowserFact]
    public async Task The_overview_takes_at_most_six_requests_and_eight_storage_transactions()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [.. PageApp.Development, TestApp.Behind(proxy)]);
        using var api = await PageUser.WithMonthAsync(app, "ann");
        await using var tab = await PageApp.OpenAsync(app, browser, "ann");
        await tab.LiveAsync(async page =>
        {
            await page.OpenAsync("/models", "Models");
            await page.OpenAsync("/", "Overview");
            var requests = new List<string>();
            page.Request += (_, request) =>
                requests.Add($"{request.Method} {request.Url[app.Address.ToString().Length..]}");
            proxy.ClearCalls();
            await page.ReloadAsync();
            await page.ShowsAsync("Overview");

            var calls = proxy.Calls.Select(call => $"{call.Method} {Uri.UnescapeDataString(call.Path)}").ToArray();
            var asked = requests.Where(request => request.Contains(" api/", StringComparison.Ordinal)).ToArray();
            output.WriteLine($"{string.Join('\n', asked)}\n\n{string.Join('\n', calls)}");
            Assert.InRange(asked.Length, 3, MostRequests);
            Assert.InRange(calls.Length, 1, MostTransactions);
        });
    }
}
