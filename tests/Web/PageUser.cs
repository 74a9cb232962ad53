using System.Net;
using MyCoach.Dev.Emulator.Billing;
using MyCoach.Tests.Billing;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Web;

/// <summary>A user whose month has something to see in each view.</summary>
internal static class PageUser
{
    public static async Task<ApiClient> WithMonthAsync(TestApp app, string user)
    {
        var api = app.As(user);
        (await api.PutAsync("/api/keys/anthropic", new { apiKey = GatewayUser.AnthropicKey })).Is(
            HttpStatusCode.Created
        );
        (await api.PutAsync("/api/keys/openai", new { apiKey = GatewayUser.OpenAiKey })).Is(HttpStatusCode.Created);
        var settings = new
        {
            monthlyBudgetCents = 2000,
            defaultModel = "claude-haiku-4-5",
            alertThresholds = new[] { 50, 80 },
        };
        (await api.PatchAsync("/api/settings", settings)).Is(HttpStatusCode.OK);
        (await api.PutAsync("/api/agents/coach", new { name = "Coach", preferredModel = "gpt-4o-mini" })).Is(
            HttpStatusCode.Created
        );
        (await api.PostAsync("/api/tokens", """{"name":"Laptop","scopes":["gateway"]}""")).Is(HttpStatusCode.Created);
        (await api.PostAsync("/api/usage", new { events = Events().ToArray() })).Is(HttpStatusCode.OK);
        return api;
    }

    /// <summary>Connects the organisation of the stored key at OpenAI, and reads a bill that differs from the month.</summary>
    public static async Task AddBillAsync(TestApp app, ApiClient api)
    {
        app.Emulator.Billing.Clock = app.Clock;
        app.Emulator.Billing.Add(
            Enumerable
                .Range(1, 14)
                .Select(day => new BilledCall
                {
                    At = new DateTimeOffset(2026, 11, day, 10, 0, 0, TimeSpan.Zero),
                    ApiKey = GatewayUser.OpenAiKey,
                    Model = "gpt-4o-mini",
                    Input = 20_000 * day / 7,
                    Output = 200 * day,
                })
        );
        (await api.PutAsync("/api/billing/openai", new { adminKey = BilledUser.OpenAiAdmin })).Is(
            HttpStatusCode.Created
        );
        (await api.PostAsync("/api/billing/openai/sync")).Is(HttpStatusCode.OK);
    }

    private static IEnumerable<object> Events() =>
        from day in Enumerable.Range(1, 14)
        from call in ((string Provider, string Model, int Tokens)[])
            [
                ("anthropic", "claude-sonnet-4-6", 90_000),
                ("openai", "gpt-4o-mini", 20_000),
                ("anthropic", "claude-haiku-4-5", 1_000),
            ]
        select new
        {
            id = $"{call.Model}-{day}",
            provider = call.Provider,
            model = call.Model,
            inputTokens = call.Tokens * day / 7,
            outputTokens = 100 * day,
            createdAt = $"2026-11-{day:00}T10:00:00Z",
            agentId = day % 2 == 0 ? "coach" : null,
            conversationId = day % 3 == 0 ? "talk" : null,
        };
}
