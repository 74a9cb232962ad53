using System.Globalization;
using System.Net;
using System.Text;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;

namespace MyCoach.Bench;

/// <summary>Measures how much of a budget is spent when a call is first refused, depending on how much of its bound a call costs.</summary>
internal static class UsableBudget
{
    private const int BoundsInBudget = 100;

    // The bound is 1 cent, as in the tests: half a cent for 4,000 input tokens as cache writes and half a cent for 1,000 output tokens.
    private const int Bytes = 4_000 - 1_024;

    private static readonly string Body = BodyOf(BodyOf(0).Length);

    public static async Task MeasureAsync(CancellationToken stopping)
    {
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var emulator = await ProviderEmulator.StartAsync(cancellation: stopping);
        await using var app = new BenchApp(
            azurite.ConnectionString,
            "usable",
            settings: [$"--Providers:anthropic:BaseUrl={emulator.AnthropicBaseUrl}"]
        );
        await app.StartAsync();
        // Delay the provider's answers, so that calls overlap.
        emulator.Knobs.Delay = TimeSpan.FromMilliseconds(20);
        Console.WriteLine($"Of a budget of {BoundsInBudget} bounds, spent when a call is first refused, in percent:");
        Console.WriteLine();
        Console.WriteLine("| a call costs, of its bound | one after the other | 16 at once |");
        Console.WriteLine("| --- | --- | --- |");
        foreach (var percent in new[] { 10, 50, 100 })
        {
            var cells = new List<string>();
            foreach (var connections in new[] { 1, 16 })
            {
                cells.Add((await SpendAsync(app, emulator, percent, connections, stopping)).ToString("0.0", CultureInfo.InvariantCulture));
            }
            Console.WriteLine($"| {percent} % | {string.Join(" | ", cells)} |");
        }
        Console.WriteLine();
    }

    private static async Task<decimal> SpendAsync(BenchApp app, ProviderEmulator emulator, int percent, int connections, CancellationToken stopping)
    {
        using var http = app.NewClient();
        http.DefaultRequestHeaders.Authorization = BenchApp.Token(BenchApp.User($"of-{percent}-{connections}"));
        await SendAsync(HttpMethod.Put, "/api/keys/anthropic", """{"apiKey":"sk-ant-api03-an-emulated-key"}""");
        await SendAsync(HttpMethod.Patch, "/api/settings", $$"""{"monthlyBudgetCents":{{BoundsInBudget}}}""");
        var isRefused = false;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => LoopAsync()));
        using var budget = await http.GetAsync(new Uri("/api/budget", UriKind.Relative), stopping);
        return (decimal)System.Text.Json.Nodes.JsonNode.Parse(await budget.Content.ReadAsStringAsync(stopping))!["spentUsd"]!
            * 10_000
            / BoundsInBudget;

        async Task LoopAsync()
        {
            while (!isRefused)
            {
                emulator.Knobs.AnswerNext(PlannedAnswer.Of(Encoding.UTF8.GetBytes(AnswerOf(percent))));
                isRefused |= await SendAsync(HttpMethod.Post, "/api/gateway/anthropic/v1/messages", Body) == HttpStatusCode.PaymentRequired;
            }
        }

        async Task<HttpStatusCode> SendAsync(HttpMethod method, string path, string body)
        {
            using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
            using var answer = await http.SendAsync(request, stopping);
            return answer.StatusCode == HttpStatusCode.PaymentRequired ? answer.StatusCode : answer.EnsureSuccessStatusCode().StatusCode;
        }
    }

    private static string BodyOf(int rest) =>
        $$"""{"model":"claude-haiku-4-5","max_tokens":1000,"messages":[{"role":"user","content":"{{new string('x', rest > 0 ? Bytes - rest : 0)}}"}]}""";

    private static string AnswerOf(int percent) =>
        $$$"""{"model":"claude-haiku-4-5","usage":{"input_tokens":0,"cache_creation_input_tokens":{{{40 * percent}}},"output_tokens":{{{10 * percent}}}}}""";
}
