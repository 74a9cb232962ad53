using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>How Anthropic names what it charges, in its cost report and in the export of its console.</summary>
internal static class AnthropicKinds
{
    private const string Tokens = "tokens";

    // The first name of each is the report's, the second the export's.
    private static readonly Dictionary<string, string> OfTokens = new(StringComparer.Ordinal)
    {
        ["uncached_input_tokens"] = Charge.Input,
        ["input_no_cache"] = Charge.Input,
        ["cache_read_input_tokens"] = Charge.CachedInput,
        ["input_cache_read"] = Charge.CachedInput,
        ["cache_creation.ephemeral_5m_input_tokens"] = Charge.CacheWrite,
        ["input_cache_write_5m"] = Charge.CacheWrite,
        ["cache_creation.ephemeral_1h_input_tokens"] = Charge.CacheWrite1h,
        ["input_cache_write_1h"] = Charge.CacheWrite1h,
        ["output_tokens"] = Charge.Output,
        ["output"] = Charge.Output,
    };

    /// <summary>Whether it is charged by model.</summary>
    public static bool IsOfTokens(string? costType) => costType is Tokens or "token";

    /// <summary>The kind of charge; null if MyCoach knows none.</summary>
    public static string? Of(string? costType, string? tokenType) =>
        costType == "web_search" ? Charge.WebSearch
        : IsOfTokens(costType) ? OfTokens.GetValueOrDefault(tokenType ?? "")
        : null;
}
