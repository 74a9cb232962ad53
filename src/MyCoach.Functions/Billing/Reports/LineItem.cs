using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>The names of lines on OpenAI's bill, such as <c>gpt-5.4-2026-03-05, cached input</c>. No document lists them.</summary>
internal static class LineItem
{
    private static readonly Dictionary<string, string> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["input"] = Charge.Input,
        ["cached input"] = Charge.CachedInput,
        ["cache write input"] = Charge.CacheWrite,
        ["cache write"] = Charge.CacheWrite,
        ["output"] = Charge.Output,
    };

    // Reported without a model, and charged with the calls that use them.
    private static readonly Dictionary<string, string> Tools = new(StringComparer.OrdinalIgnoreCase)
    {
        ["web search tool calls"] = Charge.WebSearch,
        ["web search calls"] = Charge.WebSearch,
        ["code interpreter sessions"] = Charge.CodeInterpreter,
        ["assistants api | file search"] = Charge.FileSearch,
        ["file search tool calls"] = Charge.FileSearch,
    };

    /// <summary>The model and the kind of charge; null for what the label does not name.</summary>
    public static (string? Model, string? Kind) Parse(string label)
    {
        if (Tools.TryGetValue(label.Trim(), out var tool))
        {
            return (null, tool);
        }
        var comma = label.LastIndexOf(',');
        return comma > 0 ? (label[..comma].Trim(), Kinds.GetValueOrDefault(label[(comma + 1)..].Trim())) : (null, null);
    }

    /// <summary>The tokens or uses; null if the unit is another.</summary>
    public static long? CountOf(decimal? quantity, string? unit) =>
        (quantity, unit) switch
        {
            (null, _) => null,
            ({ } count, null or "tokens" or "calls" or "requests" or "sessions") => Whole(count),
            ({ } count, "1000_tokens") => Whole(count * 1000),
            _ => null,
        };

    private static long? Whole(decimal count) =>
        count is >= 0 and <= long.MaxValue && decimal.IsInteger(count) ? (long)count : null;
}
