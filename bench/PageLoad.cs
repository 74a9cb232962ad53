using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;

namespace MyCoach.Bench;

/// <summary>
/// What Lighthouse measures when it loads the page's overview from the warm program of this process, for a user with a month
/// of calls.
/// </summary>
internal static class PageLoad
{
    private const int Loads = 5;
    private const int Days = 14;

    private static readonly string[] Models = ["claude-sonnet-4-6", "claude-haiku-4-5", "claude-opus-4-5"];
    private static readonly string[] Devices = ["desktop", "phone"];

    public static async Task MeasureAsync(string? installed, CancellationToken stopping)
    {
        var folder = await ClientPackages.PrepareAsync(installed, stopping);
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: stopping);
        await using var proxy = await StorageProxy.StartAsync(azurite.Port);
        await using var app = new BenchApp(
            proxy.ConnectionString,
            "page",
            settings:
            [
                "--ASPNETCORE_ENVIRONMENT=Development",
                "--Auth:DevelopmentUser=developer",
                $"--Providers:anthropic:BaseUrl={emulator.AnthropicBaseUrl}",
            ]
        );
        await app.StartAsync();
        using var http = app.NewClient();
        await StoreMonthAsync(http, stopping);
        await LoadAsync(folder, http.BaseAddress!, Devices[0], stopping);
        Console.WriteLine(
            Figures.Head(
                "load",
                "performance",
                "accessibility",
                "best practices",
                "first content, ms",
                "largest content, ms",
                "scripts, kB",
                "requests to the API",
                "storage transactions"
            )
        );
        foreach (var device in Devices)
        {
            var loads = new List<(JsonNode Result, int Transactions)>();
            for (var i = 0; i < Loads; i++)
            {
                proxy.ClearCalls();
                loads.Add((await LoadAsync(folder, http.BaseAddress!, device, stopping), proxy.Calls.Count));
            }
            string Of(Func<JsonNode, double> value) => Figures.Spread(loads.Select(load => value(load.Result)));
            Console.WriteLine(
                Figures.Row(
                    $"{device}",
                    $"{Of(result => (double)result["scores"]!["performance"]!)}",
                    $"{Of(result => (double)result["scores"]!["accessibility"]!)}",
                    $"{Of(result => (double)result["scores"]!["best-practices"]!)}",
                    $"{Of(result => (double)result["firstContentMs"]!)}",
                    $"{Of(result => (double)result["largestContentMs"]!)}",
                    $"{Of(result => (double)result["scriptBytes"]! / 1000)}",
                    $"{Of(result => (double)result["apiRequests"]!)}",
                    $"{Figures.Spread(loads.Select(load => (double)load.Transactions))}"
                )
            );
        }
        Console.WriteLine();
    }

    private static async Task StoreMonthAsync(HttpClient http, CancellationToken stopping)
    {
        var today = DateTimeOffset.UtcNow;
        var events =
            from day in Enumerable.Range(0, Days)
            from model in Models
            select new
            {
                provider = "anthropic",
                model,
                inputTokens = 20_000 + (1_000 * day),
                outputTokens = 500,
                createdAt = today.AddDays(-day),
            };
        await SendAsync(http, HttpMethod.Put, "/api/keys/anthropic", new { apiKey = "sk-ant-api03-a-key" }, stopping);
        await SendAsync(http, HttpMethod.Patch, "/api/settings", new { monthlyBudgetCents = 5_000 }, stopping);
        await SendAsync(http, HttpMethod.Post, "/api/usage", new { events }, stopping);
    }

    private static async Task SendAsync(
        HttpClient http,
        HttpMethod method,
        string path,
        object body,
        CancellationToken stopping
    )
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        (await http.SendAsync(request, stopping)).EnsureSuccessStatusCode();
    }

    private static async Task<JsonNode> LoadAsync(string folder, Uri address, string device, CancellationToken stopping)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "lighthouse.mjs")])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        };
        start.Environment["ADDRESS"] = address.ToString();
        start.Environment["CATEGORIES"] = "performance,accessibility,best-practices";
        start.Environment["CHROMIUM"] = Environment.GetEnvironmentVariable("CHROMIUM_PATH") ?? "/usr/bin/chromium";
        start.Environment["DEVICE"] = device;
        using var node = Process.Start(start)!;
        var output = await node.StandardOutput.ReadToEndAsync(stopping);
        await node.WaitForExitAsync(stopping);
        return node.ExitCode == 0
            ? JsonNode.Parse(output.TrimEnd().Split('\n')[^1])!
            : throw new InvalidOperationException("Lighthouse failed.");
    }
}
