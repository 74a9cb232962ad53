using MyCoach.Catalogue;

namespace MyCoach.Bounds;

/// <summary>
/// The tools that providers define, by type. A type may have a suffix: <c>web_search_20250305</c>,
/// <c>web_search_preview</c>.
/// </summary>
internal static class KnownTools
{
    // The charge per use, in addition to the tokens that a use adds; null if a use costs only tokens. Anthropic caps each tool,
    // OpenAI all tools together.
    private static readonly Dictionary<string, string?> ServerTools = new(StringComparer.Ordinal)
    {
        ["web_search"] = Charge.WebSearch,
        ["web_search_preview"] = Charge.WebSearchPreview,
        ["web_fetch"] = null,
        ["file_search"] = Charge.FileSearch,
        ["code_interpreter"] = Charge.CodeInterpreter,
        ["image_generation"] = Charge.Image,
        ["tool_search"] = null,
    };

    // The provider defines these tools and the caller runs them. Each use needs another call, which gets its own bound.
    /// <summary>OpenAI's search for tools, if the caller runs it.</summary>
    public const string LocalToolSearch = "local_tool_search";

    private static readonly string[] ClientTools =
    [
        "namespace",
        "local_shell",
        LocalToolSearch,
        "apply_patch",
        "computer",
        "bash",
        "text_editor",
        "memory",
    ];

    public static bool IsRunByProvider(string type) => NameOf(type) is not null;

    public static bool IsRunByCaller(string type) => ClientTools.Any(name => Matches(type, name));

    /// <summary>
    /// The kind of charge for one use of a tool that the provider runs; null if a use costs only tokens.
    /// </summary>
    public static string? ChargeOf(string type) => ServerTools[NameOf(type)!];

    private static string? NameOf(string type) =>
        ServerTools.Keys.Where(name => Matches(type, name)).MaxBy(name => name.Length);

    private static bool Matches(string type, string name) =>
        type == name || type.StartsWith($"{name}_", StringComparison.Ordinal);
}
