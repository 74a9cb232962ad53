using System.Net;
using System.Text.Json.Nodes;
using MyCoach.Prices;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Prices;

/// <summary>What operators do with prices.</summary>
internal static class PriceSteps
{
    public const string Book = "/api/admin/prices";

    /// <summary>Longer than any instance keeps an old version.</summary>
    public static readonly TimeSpan Spread = TimeSpan.FromSeconds(10);

    public static ApiClient Operator(this TestApp app) => app.As("operator", "MyCoach.Admin");

    /// <summary>A model of one dated price, as an operator corrects it.</summary>
    public static JsonObject Model(
        string id,
        decimal input,
        decimal output,
        string from = "2026-01-01",
        string provider = "openai"
    ) =>
        new()
        {
            ["id"] = id,
            ["provider"] = provider,
            ["aliases"] = new JsonArray(),
            ["maxInputTokens"] = 100_000,
            ["maxOutputTokens"] = 16_000,
            ["prices"] = new JsonArray(
                new JsonObject
                {
                    ["effectiveFrom"] = from,
                    ["source"] = "https://example.com/prices",
                    ["checkedOn"] = "2026-11-15",
                    ["input"] = input,
                    ["output"] = output,
                    ["cacheWrite"] = input,
                    ["geographies"] = new JsonObject
                    {
                        ["us"] = new JsonObject { ["times"] = 1, ["source"] = "https://example.com/prices" },
                    },
                }
            ),
        };

    /// <summary>Stores these models as the only corrections.</summary>
    public static async Task<Answer> CorrectAsync(this TestApp app, params JsonObject[] models) =>
        (await app.Operator().PutAsync(Book, new { models })).Is(HttpStatusCode.OK);

    /// <summary>Posts 1,000 input and 500 output tokens of a model and returns the event.</summary>
    public static async Task<Answer> UseAsync(
        this ApiClient user,
        string model,
        string? at = null,
        string? conversation = null,
        string? agent = null
    ) =>
        (
            await user.PostAsync(
                "/api/usage",
                new
                {
                    provider = model.StartsWith("claude", StringComparison.Ordinal) ? "anthropic" : "openai",
                    model,
                    inputTokens = 1_000,
                    outputTokens = 500,
                    createdAt = at,
                    conversationId = conversation,
                    agentId = agent,
                }
            )
        ).Is(HttpStatusCode.Created);

    /// <summary>Has recorded calls priced again, by default all of this month, and waits until that is done.</summary>
    /// <returns>The finished job.</returns>
    public static async Task<Answer> RepriceAsync(this TestApp app, object? order = null)
    {
        (await app.Operator().PostAsync($"{Book}/reprice", order ?? new { from = "2026-11-01" })).Is(
            HttpStatusCode.Accepted
        );
        // The timer begins once no instance prices by an earlier version.
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.Service<Repricing>().RunAsync(TestContext.Current.CancellationToken);
        var job = await app.Operator().GetAsync($"{Book}/reprice");
        Assert.Equal("finished", (string?)job["status"]);
        return job;
    }

    /// <summary>Checks that everything stored and answered about this month of ann's adds up.</summary>
    public static async Task<LedgerSums> BalancesAsync(this TestApp app, ApiClient ann, string month = "202611") =>
        await LedgerCheck.BalancesAsync(ann, await app.RowsAsync("Usage"), $"ann_{month}");
}
