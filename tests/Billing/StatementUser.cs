using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Dev.Emulator.Billing;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Billing;

/// <summary>A user with a stored key who posts exports of the provider's console.</summary>
internal sealed class StatementUser(TestApp app, string name, string key)
{
    public const string OpenAiKey = "sk-proj-the-key-of-a-user-000001";
    public const string AnthropicKey = "sk-ant-api03-the-key-of-a-user-01";

    private static readonly DateOnly November = new(2026, 11, 1);

    public ApiClient Api { get; } = app.As(name);

    public string Provider { get; } = key.StartsWith("sk-ant-", StringComparison.Ordinal) ? "anthropic" : "openai";

    public string KeyId => BilledKey.Of(key).Id!;

    public BillingBook Book => app.Emulator.Billing;

    public string CostCsv => Provider == "openai" ? Book.OpenAiCostCsv(November) : Book.AnthropicCostCsv(November);

    public static async Task<StatementUser> CreateAsync(TestApp app, string name, string key)
    {
        app.Emulator.Billing.Clock = app.Clock;
        var user = new StatementUser(app, name, key);
        (await user.Api.PutAsync($"/api/keys/{user.Provider}", new { apiKey = key })).Is(HttpStatusCode.Created);
        return user;
    }

    /// <summary>A call that is billed to this key, or to another.</summary>
    public BilledCall Call(int day, long input, long output, string? otherKey = null) =>
        new()
        {
            At = new DateTimeOffset(2026, 11, day, 11, 0, 0, TimeSpan.Zero),
            ApiKey = otherKey ?? key,
            Model = Provider == "openai" ? "gpt-4.1" : "claude-sonnet-5-5",
            Input = input,
            CachedInput = input / 10,
            Output = output,
        };

    /// <summary>Records the calls in MyCoach.</summary>
    public async Task RecordAsync(IEnumerable<BilledCall> calls)
    {
        var events = calls.Select(call => new
        {
            provider = Provider,
            model = call.Model,
            inputTokens = call.Input + call.CachedInput,
            outputTokens = call.Output,
            cachedInputTokens = call.CachedInput,
            createdAt = call.At,
        });
        (await Api.PostAsync("/api/usage", new { events })).Is(HttpStatusCode.OK);
    }

    public Task<Answer> PostAsync(string csv, string? providerKeyId = null, string contentType = "text/csv") =>
        Api.SendAsync(
            HttpMethod.Post,
            $"/api/billing/{Provider}/statements{(providerKeyId is null ? "" : $"?providerKeyId={providerKeyId}")}",
            csv,
            contentType: contentType
        );

    /// <summary>What was billed, recorded, and the difference.</summary>
    public async Task<(decimal Billed, decimal Recorded, decimal Difference)> TotalsAsync()
    {
        var totals = (await ReconcileAsync())["totals"];
        return ((decimal)totals["billedUsd"]!, (decimal)totals["recordedUsd"]!, (decimal)totals["differenceUsd"]!);
    }

    public async Task<Answer> ReconcileAsync() =>
        (await Api.GetAsync("/api/billing/reconciliation?month=2026-11&groupBy=model")).Is(HttpStatusCode.OK);

    /// <summary>The scope and sources of this provider's bill.</summary>
    public async Task<JsonNode> ProviderAsync() =>
        (await ReconcileAsync())["providers"].AsArray().Single(provider => (string?)provider!["provider"] == Provider)!;

    /// <summary>The stored days of all users, with their revisions.</summary>
    public static async Task<IReadOnlyList<string>> StoredDaysAsync(TestApp app) =>
        (await app.TablesAsync()).Contains("Bills")
            ?
            [
                .. (await app.RowsAsync("Bills"))
                    .Where(row => row.RowKey.StartsWith("bill_", StringComparison.Ordinal))
                    .Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.RowKey} {row["Revision"]}"))
                    .Order(StringComparer.Ordinal),
            ]
            : [];
}
