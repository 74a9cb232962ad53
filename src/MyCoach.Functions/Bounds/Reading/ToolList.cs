using MyCoach.Metering;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>
/// The provider's tools in a request: how often each may be used, and whether the price of one use is known.
/// </summary>
internal sealed class ToolList(Provider provider)
{
    /// <summary>No real request has more, and it bounds the memory.</summary>
    private const int MaxTools = 1_000;

    // In later versions the model's code may also call the tool, and nothing counts those uses. Setting allowed_callers
    // to ["direct"] prevents them.
    private static readonly string[] DirectTools = ["web_search_20250305", "web_fetch_20250910"];

    private readonly List<RequestedTool> tools = [];

    public IReadOnlyList<RequestedTool> All => tools;

    /// <summary>What the tools say about the price of their uses.</summary>
    public DeclaredTools Declared { get; private set; } = DeclaredTools.None;

    public bool IsTooLong { get; private set; }

    public bool HasMalformedMaxUses { get; private set; }

    public void Add(ToolDefinition tool)
    {
        HasMalformedMaxUses |= tool.HasMalformedMaxUses;
        if (tool.Type is not { } type || type is "function" or "custom")
        {
            return;
        }
        if (provider == Provider.OpenAi)
        {
            Declared = Declared.With(type, tool.ImageModel, tool.ImageQuality, tool.ImageSize);
        }
        if (tools.Count == MaxTools)
        {
            IsTooLong = true;
            return;
        }
        tools.Add(
            provider == Provider.Anthropic
                ? new RequestedTool(type, tool.MaxUses, UnknownCostAtAnthropic(type, tool))
                : new RequestedTool(
                    tool.RunsLocally ? LocalTypeOf(type) : type,
                    MaxUses: null,
                    UnknownCostAtOpenAi(type, tool)
                )
        );
    }

    private static string? UnknownCostAtAnthropic(string type, ToolDefinition tool)
    {
        var isLater = type.StartsWith("web_", StringComparison.Ordinal) && !DirectTools.Contains(type);
        return isLater && !tool.IsDirect ? """without allowed_callers ["direct"]""" : null;
    }

    private static string LocalTypeOf(string type) =>
        type switch
        {
            "shell" => "local_shell",
            "tool_search" => KnownTools.LocalToolSearch,
            _ => type,
        };

    private static string? UnknownCostAtOpenAi(string type, ToolDefinition tool) =>
        type switch
        {
            "code_interpreter" => tool.UnknownContainer,
            "image_generation" when tool.UnknownImageMember is { } member => $"with the requested {member}",
            _ => null,
        };
}
