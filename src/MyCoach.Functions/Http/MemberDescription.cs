using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace MyCoach.Http;

/// <summary>
/// Describes members whose name means the same in every wire type, such as amounts of money. Says their units.
/// </summary>
internal static partial class MemberDescription
{
    private const string CostUsd = "Dollars, exact, at most 12 decimals.";

    private static readonly Dictionary<string, string> ByName = new()
    {
        ["adjustmentsUsd"] =
            "Dollars, exact: what adjustments added to the first costs; negative if they lowered them.",
        ["alertThresholds"] = "Percentages of the budget that raise an alert: at most 10, from 1 to 100.",
        ["attempts"] = "How often the delivery was tried.",
        ["audioInput"] = "Cents per million tokens.",
        ["audioOutput"] = "Cents per million tokens.",
        ["budgetCents"] = "Cents.",
        ["cachedInput"] = "Cents per million tokens.",
        ["cacheWrite"] = "Cents per million tokens kept for minutes.",
        ["cacheWrite12h"] = "Cents per million tokens kept for 12 hours.",
        ["cacheWrite1h"] = "Cents per million tokens kept for an hour.",
        ["centsPerImage"] = "Cents.",
        ["centsPerMTok"] = "Cents per million tokens.",
        ["centsPerUse"] = "Cents per use.",
        ["changed"] = "How many calls.",
        ["codeInterpreterSessions"] = "How many containers ran.",
        ["costPicoUsd"] =
            "costUsd in whole pico-dollars (10⁻¹² dollars), as text: a JavaScript number is not exact enough.",
        ["differenceUsd"] = "Dollars, exact: what it added to the cost; negative if it lowered the cost.",
        ["estimatedCostCents"] = "Hundredths of a cent, rounded half up.",
        ["failed"] = "How many keys do not decrypt.",
        ["failedMonths"] = "How many months of users failed.",
        ["fileSearches"] = "How often the tool ran.",
        ["imageInput"] = "Cents per million tokens.",
        ["input"] = "Cents per million tokens.",
        ["metadata"] = "What the caller noted about the call.",
        ["monthlyBudgetCents"] = "Cents; null for no budget.",
        ["months"] = "How many months of users are done.",
        ["output"] = "Cents per million tokens.",
        ["passes"] = "How often the rotation has gone through all keys.",
        ["priceVersion"] = "The version of the price book; null if no price is involved.",
        ["replaced"] = "How many keys were encrypted again.",
        ["requests"] = "How many calls.",
        ["skipped"] = "How many calls.",
        ["textInput"] = "Cents per million tokens.",
        ["times"] = "The factor by which the listed prices are multiplied.",
        ["tokens"] = "How many tokens.",
        ["unpricedRequests"] = "How many of the calls have no price, so that the costs lack theirs.",
        ["uses"] = "How often the tool ran.",
        ["version"] = "The number of the version.",
        ["webSearches"] = "How often the tool ran.",
    };

    /// <summary>Describes the members of all schemas that have no description, and joins the lines of the others.</summary>
    public static void Describe(OpenApiDocument document)
    {
        foreach (var schema in document.Components!.Schemas!.Values)
        {
            Describe(schema, CommonDescription);
        }
    }

    private static void Describe(IOpenApiSchema schema, Func<string, string?> descriptionOf)
    {
        schema.Description = OneLine(schema.Description);
        foreach (var part in schema.OneOf ?? [])
        {
            part.Description = OneLine(part.Description);
        }
        foreach (var (name, member) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            member.Description ??= descriptionOf(name);
            Describe(member, descriptionOf);
        }
    }

    private static string? CommonDescription(string name) =>
        ByName.TryGetValue(name, out var description) ? description
        : name.EndsWith("PerMTok", StringComparison.Ordinal) ? "Cents per million tokens."
        : name.EndsWith("Usd", StringComparison.Ordinal) ? CostUsd
        : null;

    // Documentation comments are wrapped.
    private static string? OneLine(string? text) => text is null ? null : LineBreak().Replace(text, " ");

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreak();
}
