using MyCoach.Catalogue;

namespace MyCoach.Bounds;

/// <summary>The tools that providers define, by type. Types carry dates and other endings: <c>web_search_20250305</c>, <c>web_search_preview</c>.</summary>
internal static class KnownTools
{
    // How the provider's own tools are charged beside the tokens that they add. Anthropic states a cap for each, OpenAI one for all.
    private static readonly Dictionary<string, string?> ServerTools = new(StringComparer.Ordinal)
    {
        ["web_search"] = Charge.WebSearch,
        ["web_fetch"] = null,
        ["file_search"] = Charge.FileSearch,
        ["code_interpreter"] = Charge.CodeInterpreter,
        ["image_generation"] = Charge.Image,
    };

    // Tools that the provider defines and the caller runs: each use is a call of its own.
    private static readonly string[] ClientTools = ["namespace", "local_shell", "apply_patch", "computer", "bash", "text_editor", "memory"];

    /// <summary>Whether the provider runs it.</summary>
    public static bool IsProviders(string type) => NameOf(type) is not null;

    /// <summary>Whether its caller runs it: each use is a call of its own.</summary>
    public static bool IsCallers(string type) => ClientTools.Any(name => Is(type, name));

    /// <summary>How a use of one that the provider runs is charged; null where it costs nothing beside tokens.</summary>
    public static string? ChargeOf(string type) => ServerTools[NameOf(type)!];

    private static string? NameOf(string type) => ServerTools.Keys.FirstOrDefault(name => Is(type, name));

    private static bool Is(string type, string name) => type == name || type.StartsWith($"{name}_", StringComparison.Ordinal);
}
