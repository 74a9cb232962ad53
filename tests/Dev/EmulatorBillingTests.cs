using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.Emulator.Billing;

namespace MyCoach.Tests.Dev;

/// <summary>The bill of the emulator, read as a program with an admin key reads that of the providers.</summary>
public sealed partial class EmulatorBillingTests : IAsyncLifetime
{
    private const string AnthropicKey = "sk-ant-api03-good-key-0001";
    private const string AnthropicAdmin = "sk-ant-admin01-good-0001";
    private const string OpenAiKey = "sk-proj-good-key-0001";
    private const string OpenAiAdmin = "sk-admin-good-0001";

    private const string MessageQuestion =
        """{"model":"claude-haiku-5-5","max_tokens":50,"messages":[{"role":"user","content":"Grüße an alle"}]}""";
    private const string ChatQuestion =
        """{"model":"gpt-6-luna","messages":[{"role":"user","content":"Grüße an alle"}]}""";

    private static readonly DateTimeOffset Noon = new(2026, 11, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Today = new(2026, 11, 15, 0, 0, 0, TimeSpan.Zero);

    private readonly HttpClient http = new();
    private readonly FakeTimeProvider clock = new(Noon);
    private ProviderEmulator emulator = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private BillingBook Book => emulator.Billing;

    public async ValueTask InitializeAsync()
    {
        emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);
        Book.Clock = clock;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await emulator.DisposeAsync();
    }

    private static string Streamed(string question) => question[..^1] + ",\"stream\":true}";

    private static string Since(DateTimeOffset start) => $"starting_at={start:yyyy-MM-dd'T'HH:mm:ss'Z'}";

    private static string From(DateTimeOffset start) => $"start_time={start.ToUnixTimeSeconds()}";

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static long Number(JsonNode node, string name) => node[name]!.GetValue<long>();

    private static decimal Cents(JsonNode result) =>
        decimal.Parse(Text(result, "amount"), CultureInfo.InvariantCulture);

    private static decimal Dollars(JsonNode result) =>
        decimal.Parse(Text(result["amount"]!, "value"), CultureInfo.InvariantCulture);

    private static IReadOnlyList<JsonNode> Results(JsonNode page) =>
        [.. page["data"]!.AsArray().SelectMany(bucket => bucket!["results"]!.AsArray()).OfType<JsonNode>()];

    private static JsonNode Only(JsonNode page) => Assert.Single(Results(page));

    private Task<JsonNode> AnthropicAsync(string report, string key = AnthropicAdmin) =>
        ReadAsync($"/anthropic/v1/organizations/{report}", key);

    private Task<JsonNode> OpenAiAsync(string report, string key = OpenAiAdmin) =>
        ReadAsync($"/openai/v1/organization/{report}", key);

    private async Task<JsonNode> ReadAsync(string path, string key)
    {
        var (status, body, _) = await SendAsync(HttpMethod.Get, path, key);
        Assert.True(status is HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }

    private async Task<(HttpStatusCode Status, string Body, HttpResponseHeaders Headers)> SendAsync(
        HttpMethod method,
        string path,
        string key,
        string? body = null
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(emulator.OpenAiBaseUrl, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("anthropic-version", "2023-06-01");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, Cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation), response.Headers);
    }
}
