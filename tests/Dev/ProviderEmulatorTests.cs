using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator;

namespace MyCoach.Tests.Dev;

/// <summary>
/// The emulator seen through a plain HttpClient; the other parts of this class use the providers' official SDKs.
/// </summary>
public sealed partial class ProviderEmulatorTests : IAsyncLifetime
{
    private const string AnthropicKey = "sk-ant-api03-good-key-0001";
    private const string OpenAiKey = "sk-proj-good-key-0001";
    private const string Question =
        """{"model":"claude-haiku-5-5","max_tokens":50,"messages":[{"role":"user","content":"Grüße an alle"}]}""";
    private const string ChatQuestion =
        """{"model":"gpt-6-luna","messages":[{"role":"user","content":"Grüße an alle"}]}""";

    private readonly HttpClient http = new(new HttpClientHandler { AllowAutoRedirect = false });
    private ProviderEmulator emulator = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        emulator = await ProviderEmulator.StartAsync(cancellation: Cancellation);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await emulator.DisposeAsync();
    }

    [Theory]
    [InlineData("/anthropic/v1/models", AnthropicKey, "request-id")]
    [InlineData("/openai/v1/models", OpenAiKey, "x-request-id")]
    public async Task Every_answer_has_a_new_id_and_sets_a_cookie(string path, string key, string header)
    {
        var ids = new HashSet<string>();
        for (var i = 0; i < 2; i++)
        {
            using var request = Request(HttpMethod.Get, path, key);
            using var response = await http.SendAsync(request, Cancellation);
            Assert.True(ids.Add(response.Headers.GetValues(header).Single()));
            Assert.Single(response.Headers.GetValues("Set-Cookie"));
        }
    }

    private static string Text(JsonNode node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            node = node[name] ?? throw new InvalidOperationException($"No {name} in {node}");
        return node.GetValue<string>();
    }

    private Task<(HttpStatusCode Status, JsonNode Body)> AskAnthropicAsync(string body, string key = AnthropicKey) =>
        SendAsync(HttpMethod.Post, "/anthropic/v1/messages", key, body);

    private Task<(HttpStatusCode Status, JsonNode Body)> AskOpenAiAsync(string body, string key = OpenAiKey) =>
        SendAsync(HttpMethod.Post, "/openai/v1/chat/completions", key, body);

    private async Task<(HttpStatusCode Status, JsonNode Body)> SendAsync(
        HttpMethod method,
        string path,
        string key,
        string? body = null
    )
    {
        using var request = Request(method, path, key, body);
        using var response = await http.SendAsync(request, Cancellation);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>(Cancellation))!);
    }

    private async Task<List<SseItem<string>>> StreamAsync(string path, string key, string body)
    {
        using var request = Request(HttpMethod.Post, path, key, body);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using var stream = await response.Content.ReadAsStreamAsync(Cancellation);
        return await SseParser.Create(stream).EnumerateAsync(Cancellation).ToListAsync(Cancellation);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, string key, string? body = null)
    {
        var request = new HttpRequestMessage(method, Address(path));
        if (key.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("anthropic-version", "2023-06-01");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return request;
    }

    private Uri Address(string path) => new(emulator.AnthropicBaseUrl, path);
}
