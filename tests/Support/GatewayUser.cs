using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Text.Json.Nodes;
using Anthropic;
using Microsoft.Extensions.Time.Testing;
using MyCoach.Dev.Emulator;
using OpenAI;

namespace MyCoach.Tests.Support;

/// <summary>
/// A user who calls models through the gateway, with the official SDKs as they come: only their base URL and key are
/// changed.
/// </summary>
/// <param name="ownsApp">Whether the app ends with the user.</param>
public sealed class GatewayUser(TestApp app, string name, bool ownsApp = false) : IDisposable, IAsyncDisposable
{
    public const string OpenAiKey = "sk-proj-good-key-0001";
    public const string AnthropicKey = "sk-ant-api03-good-key-0001";

    private readonly AttemptCounter attempts = new();

    public ApiClient Api { get; } = app.As(name);

    public TestApp App => app;

    public ProviderEmulator Emulator => app.Emulator;

    public FakeTimeProvider Clock => app.Clock;

    /// <summary>Requests that the SDKs have sent so far, repetitions included.</summary>
    public int Attempts => attempts.Count;

    /// <summary>A user with a key at each provider.</summary>
    public static async Task<GatewayUser> WithKeysAsync(TestApp app, string name = "ann")
    {
        var user = new GatewayUser(app, name);
        await user.StoreKeysAsync();
        return user;
    }

    /// <summary>A user with a key at each provider, whose app serves them alone.</summary>
    /// <param name="settings">As for <see cref="TestApp.StartAsync"/>.</param>
    public static async Task<GatewayUser> StartAsync(LocalParts parts, IEnumerable<string>? settings = null)
    {
        var user = new GatewayUser(await TestApp.StartAsync(parts, settings), "ann", ownsApp: true);
        await user.StoreKeysAsync();
        return user;
    }

    private async Task StoreKeysAsync()
    {
        (await Api.PutAsync("/api/keys/openai", new { apiKey = OpenAiKey })).Is(HttpStatusCode.Created);
        (await Api.PutAsync("/api/keys/anthropic", new { apiKey = AnthropicKey })).Is(HttpStatusCode.Created);
        app.Emulator.ClearCalls();
    }

    /// <param name="cents">Null for no budget.</param>
    /// <param name="alertThresholds">In percent; null to leave them.</param>
    public async Task SetBudgetAsync(long? cents, int[]? alertThresholds = null)
    {
        object change = alertThresholds is null
            ? new { monthlyBudgetCents = cents }
            : new { monthlyBudgetCents = cents, alertThresholds };
        (await Api.PatchAsync("/api/settings", change)).Is(HttpStatusCode.OK);
    }

    /// <summary>Spent and reserved, in cents.</summary>
    public Task<(decimal Spent, decimal Reserved)> BudgetAsync(string month = "") => CappedCall.BudgetAsync(Api, month);

    /// <summary>Waits until nothing is reserved any more, and gives what is spent by then, in cents.</summary>
    public Task<decimal> SettledAsync(string month = "") => CappedCall.SettledAsync(Api, month);

    public OpenAIClient OpenAi() =>
        new(
            new ApiKeyCredential(app.Token(name)),
            new OpenAIClientOptions
            {
                Endpoint = new Uri(app.Address, "/api/gateway/openai/v1"),
                Transport = new HttpClientPipelineTransport(new HttpClient(attempts, disposeHandler: false)),
            }
        );

    public AnthropicClient Anthropic() =>
        new()
        {
            ApiKey = app.Token(name),
            BaseUrl = new Uri(app.Address, "/api/gateway/anthropic").ToString(),
            HttpClient = new HttpClient(attempts, disposeHandler: false),
            ResponseValidation = true,
        };

    /// <summary>Sends a call and gives the answer as soon as its headers are there.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string path,
        string body,
        IEnumerable<(string Name, string Value)>? headers = null,
        CancellationTokenSource? leaving = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/gateway/{path}")
        {
            Content = new StringContent(body),
        };
        request.Content.Headers.ContentType = new("application/json");
        foreach (var (header, value) in headers ?? [])
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }
        return await Api.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            leaving?.Token ?? TestContext.Current.CancellationToken
        );
    }

    /// <summary>What is recorded of this user's calls, newest first.</summary>
    public async Task<IReadOnlyList<JsonNode>> EventsAsync() =>
        [
            .. (await Api.GetAsync("/api/usage?limit=500"))
                .Is(HttpStatusCode.OK)["events"]
                .AsArray()
                .Select(usage => usage!),
        ];

    /// <summary>The only call that is recorded, once it is.</summary>
    public async Task<JsonNode> EventAsync()
    {
        IReadOnlyList<JsonNode> events = [];
        await Eventually.HoldsAsync(async () => (events = await EventsAsync()).Count > 0);
        return Assert.Single(events);
    }

    public void Dispose()
    {
        attempts.Dispose();
        Api.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        Dispose();
        if (ownsApp)
        {
            await app.DisposeAsync();
        }
    }

    private sealed class AttemptCounter()
        : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, ResponseDrainTimeout = TimeSpan.Zero })
    {
        private int count;

        public int Count => count;

        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            Interlocked.Increment(ref count);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
