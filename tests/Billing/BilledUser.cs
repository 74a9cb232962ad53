using System.Net;
using MyCoach.Dev.Emulator.Billing;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>A user whose calls the provider bills: what is recorded, and what is billed, can each be made alone.</summary>
public sealed class BilledUser
{
    public const string OpenAiAdmin = "sk-admin-a-test-admin-key-000001";
    public const string AnthropicAdmin = "sk-ant-admin01-a-test-admin-key-01";

    private readonly TestApp app;
    private int calls;

    private BilledUser(TestApp app, string name) => (this.app, Name, Api) = (app, name, app.As(name));

    public string Name { get; }

    public ApiClient Api { get; }

    public BillingBook Book => app.Emulator.Billing;

    /// <summary>The texts of the stored keys, by provider: the last one stored.</summary>
    public Dictionary<string, (string Text, string KeyId)> Keys { get; } = [];

    public static async Task<BilledUser> CreateAsync(TestApp app, string name, params string[] keys)
    {
        var user = new BilledUser(app, name);
        app.Emulator.Billing.Clock = app.Clock;
        foreach (var key in keys)
        {
            await user.StoreAsync(key);
        }
        return user;
    }

    /// <summary>Stores a key for calls in place of the one before.</summary>
    public async Task StoreAsync(string key)
    {
        var provider = ProviderOf(key);
        app.Emulator.Billing.AddKey(key);
        var stored = await Api.PutAsync($"/api/keys/{provider}", new { apiKey = key });
        Assert.True(stored.Status is HttpStatusCode.OK or HttpStatusCode.Created, stored.Text);
        Keys[provider] = (key, (string)stored["keyId"]!);
    }

    public async Task<Answer> StoreAdminAsync(string adminKey, string? providerKeyId = null) =>
        await Api.PutAsync($"/api/billing/{ProviderOf(adminKey)}", new { adminKey, providerKeyId });

    public async Task<Answer> SyncAsync(string provider) =>
        (await Api.PostAsync($"/api/billing/{provider}/sync")).Is(HttpStatusCode.OK);

    public async Task<Answer> ReconcileAsync(string query = "month=2026-11") =>
        (await Api.GetAsync($"/api/billing/reconciliation?{query}")).Is(HttpStatusCode.OK);

    /// <summary>Records and bills calls of the present key.</summary>
    public async Task CallAsync(params IReadOnlyList<BilledCall> made)
    {
        await RecordAsync(made);
        Book.Add(made);
    }

    /// <summary>A call of the present key, at noon of a day.</summary>
    public BilledCall Call(string provider, int day, string model, long input = 1000, long output = 200) =>
        new()
        {
            At = new DateTimeOffset(2026, 11, day, 11, 0, 0, TimeSpan.Zero).AddSeconds(calls++ % 3600),
            ApiKey = Keys[provider].Text,
            Model = model,
            Input = input,
            Output = output,
        };

    /// <summary>Posts the calls to MyCoach, which prices them by itself.</summary>
    public async Task RecordAsync(IReadOnlyList<BilledCall> made)
    {
        foreach (var batch in made.Chunk(50))
        {
            var events = batch.Select(call => new
            {
                provider = ProviderOf(call.ApiKey),
                model = call.Model,
                keyId = Keys[ProviderOf(call.ApiKey)].KeyId,
                inputTokens = call.Input + call.CachedInput + call.CacheWrites + call.CacheWrites1h,
                outputTokens = call.Output,
                cachedInputTokens = call.CachedInput,
                cacheWriteTokens = call.CacheWrites + call.CacheWrites1h,
                cacheWrite1hTokens = call.CacheWrites1h,
                webSearches = call.WebSearches,
                createdAt = call.At,
            });
            (await Api.PostAsync("/api/usage", new { events })).Is(HttpStatusCode.OK);
        }
    }

    private static string ProviderOf(string key) =>
        key.StartsWith("sk-ant-", StringComparison.Ordinal) ? "anthropic" : "openai";
}
