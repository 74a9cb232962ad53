using System.Net;
using System.Text.Json.Nodes;
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
                    ["input"] = input,
                    ["output"] = output,
                }
            ),
        };

    /// <summary>Stores these models as the only corrections.</summary>
    public static async Task<Answer> CorrectAsync(this TestApp app, params JsonObject[] models) =>
        (await app.Operator().PutAsync(Book, new { models })).Is(HttpStatusCode.OK);

    /// <summary>Posts 1,000 input and 500 output tokens of a model and returns the event.</summary>
    public static async Task<Answer> UseAsync(this ApiClient user, string model, string? id = null) =>
        (
            await user.PostAsync(
                "/api/usage",
                new
                {
                    id,
                    provider = model.StartsWith("claude", StringComparison.Ordinal) ? "anthropic" : "openai",
                    model,
                    inputTokens = 1_000,
                    outputTokens = 500,
                }
            )
        ).Is(HttpStatusCode.Created);
}
