using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Ledger;

namespace MyCoach.Bench;

/// <summary>
/// Counts billable storage transactions: the requests to the table service during one API call, once the tables exist.
/// </summary>
internal static class StorageTransactions
{
    private const string User = "bench";

    private const string Sonnet =
        """{"id":"ID","provider":"anthropic","model":"claude-sonnet-4-20250514","inputTokens":1000,"outputTokens":500}""";

    private static readonly string Fifty =
        $$"""{"events":[{{string.Join(',', Enumerable.Range(0, 50).Select(i => Sonnet.Replace("ID", $"batch-{i}", StringComparison.Ordinal)))}}]}""";

    private const string Chat =
        """{"model":"gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"Hello there"}]}""";
    private const string StreamedChat =
        """{"model":"gpt-4o-mini","max_tokens":50,"messages":[{"role":"user","content":"Hello there"}],"stream":true}""";

    private static string InConversation(string id) =>
        Sonnet
            .Replace("ID", id, StringComparison.Ordinal)
            .Replace("{", """{"conversationId":"talk","agentId":"coach",""", StringComparison.Ordinal);

    private static readonly ApiCall[] Calls =
    [
        new("store a key (first)", "PUT", "/api/keys/anthropic", """{"apiKey":"sk-ant-api03-an-emulated-key"}"""),
        new("replace a key", "PUT", "/api/keys/anthropic", """{"apiKey":"sk-ant-api03-an-emulated-key"}"""),
        new("validate a key", "POST", "/api/keys/anthropic/validate", null),
        new("list keys", "GET", "/api/keys", null),
        new("get a key", "GET", "/api/keys/anthropic", null),
        new("list models", "GET", "/api/models", null),
        new("get settings", "GET", "/api/settings", null),
        new(
            "record a call (the user's first of the month)",
            "POST",
            "/api/usage",
            Sonnet.Replace("ID", "a", StringComparison.Ordinal)
        ),
        new("record a call", "POST", "/api/usage", Sonnet.Replace("ID", "b", StringComparison.Ordinal)),
        new("record the next call", "POST", "/api/usage", Sonnet.Replace("ID", "c", StringComparison.Ordinal)),
        new("record a call of a conversation and an agent (their first)", "POST", "/api/usage", InConversation("d")),
        new("record the next one of these", "POST", "/api/usage", InConversation("e")),
        new("record 50 calls at once", "POST", "/api/usage", Fifty),
        new("repeat a recorded call", "POST", "/api/usage", Sonnet.Replace("ID", "b", StringComparison.Ordinal)),
        new(
            "call a model through the gateway (the first in 8 s)",
            "POST",
            "/api/gateway/openai/v1/chat/completions",
            Chat
        ),
        new("call a model through the gateway", "POST", "/api/gateway/openai/v1/chat/completions", Chat),
        new(
            "call a model through the gateway, streamed",
            "POST",
            "/api/gateway/openai/v1/chat/completions",
            StreamedChat
        ),
        new(
            "call a model through the gateway, eight times at once",
            "POST",
            "/api/gateway/openai/v1/chat/completions",
            Chat,
            Times: 8
        ),
        new("change settings (first)", "PATCH", "/api/settings", """{"monthlyBudgetCents":2000}"""),
        new("change settings", "PATCH", "/api/settings", """{"monthlyBudgetCents":3000}"""),
        new(
            "call a model through the gateway, under a budget (the first in 8 s)",
            "POST",
            "/api/gateway/openai/v1/chat/completions",
            Chat
        ),
        new(
            "call a model through the gateway, under a budget",
            "POST",
            "/api/gateway/openai/v1/chat/completions",
            Chat
        ),
        new(
            "call a model through the gateway, under a budget, eight times at once",
            "POST",
            "/api/gateway/openai/v1/chat/completions",
            Chat,
            Times: 8
        ),
        new("add an agent", "PUT", "/api/agents/coach", """{"name":"Coach"}"""),
        new("replace an agent", "PUT", "/api/agents/coach", """{"name":"Coach"}"""),
        new("get an agent", "GET", "/api/agents/coach", null),
        new("list agents", "GET", "/api/agents", null),
        new("delete an agent", "DELETE", "/api/agents/coach", null),
        new(
            "get a recorded call with its receipt",
            "GET",
            $"/api/usage/{DateTimeOffset.UtcNow.ToString("yyyyMM", CultureInfo.InvariantCulture)}-a",
            null
        ),
        new("list a page of recorded calls", "GET", "/api/usage", null),
        new("summary of a month", "GET", "/api/usage/summary", null),
        new("summary of a month by conversation", "GET", "/api/usage/summary?groupBy=conversation", null),
        new("export of a month", "GET", "/api/usage/export", null),
        new("delete a conversation", "DELETE", "/api/conversations/talk", null),
        new("budget", "GET", "/api/budget", null),
        new("delete a key", "DELETE", "/api/keys/anthropic", null),
        new("activity", "GET", "/api/account/activity", null),
        new("account export", "GET", "/api/account/export", null),
        new("erase the account", "DELETE", "/api/account", null),
        new("health (at most every 10 s)", "GET", "/api/health", null),
        new("OpenAPI document", "GET", "/api/openapi.json", null),
    ];

    public static async Task CountAsync()
    {
        await using var azurite = await Azurite.StartAsync();
        await using var proxy = await StorageProxy.StartAsync(azurite.Port);
        await using var emulator = await ProviderEmulator.StartAsync();
        await using var app = MyCoach.Program.Build([
            "--ASPNETCORE_ENVIRONMENT=Development",
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=Error",
            $"--Auth:DevelopmentUser={User}",
            $"--API_KEY_ENCRYPTION_KEY={new string('5', 64)}",
            $"--Storage:ConnectionString={proxy.ConnectionString}",
            $"--Providers:anthropic:BaseUrl={emulator.AnthropicBaseUrl}",
            $"--Providers:openai:BaseUrl={emulator.OpenAiBaseUrl}",
        ]);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        await MakeTablesAsync(http);

        Console.WriteLine("| API call | storage transactions | of them entity group transactions |");
        Console.WriteLine("| --- | --- | --- |");
        var settlements = app.Services.GetRequiredService<PendingSettlements>();
        foreach (var call in Calls)
        {
            proxy.ClearCalls();
            await Task.WhenAll(Enumerable.Range(0, call.Times).Select(_ => MakeAsync(http, call)));
            // What a call of the gateway used is recorded after its answer.
            await settlements.WaitForUserAsync(BenchApp.User(User), CancellationToken.None);
            Console.WriteLine(
                $"| {call.What} | {proxy.Calls.Count} | {proxy.Calls.Count(sent => sent.IsTransaction)} |"
            );
        }
        await app.StopAsync();
    }

    // Uses another user's calls to create the tables, so that they are not counted.
    private static async Task MakeTablesAsync(HttpClient http)
    {
        foreach (var path in new[] { "/api/keys", "/api/settings", "/api/agents", "/api/budget" })
        {
            using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        }
        using var key = await SendAsync(http, "PUT", "/api/keys/openai", """{"apiKey":"sk-an-emulated-key"}""");
        var lastMonth = DateTimeOffset
            .UtcNow.AddDays(-DateTimeOffset.UtcNow.Day)
            .ToString("O", CultureInfo.InvariantCulture);
        using var usage = await SendAsync(
            http,
            "POST",
            "/api/usage",
            $$"""{"provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"createdAt":"{{lastMonth}}"}"""
        );
        usage.EnsureSuccessStatusCode();
    }

    private static async Task MakeAsync(HttpClient http, ApiCall call)
    {
        using var answer = await SendAsync(http, call.Method, call.Path, call.Body);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string method, string path, string? body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        return await http.SendAsync(request);
    }

    private sealed record ApiCall(string What, string Method, string Path, string? Body, int Times = 1);
}
