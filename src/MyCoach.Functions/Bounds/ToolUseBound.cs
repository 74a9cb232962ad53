using MyCoach.Catalogue;

namespace MyCoach.Bounds;

/// <summary>How often the provider may run tools in a call, in all and by kind of charge.</summary>
internal sealed record ToolUseBound(long Count, IReadOnlyList<(string Kind, long Count)> Charged, bool IsShared)
{
    public const long MaxUses = 100_000;

    public static ToolUseBound Of(CostFactors factors)
    {
        var uses = factors
            .Tools.Where(tool => KnownTools.IsRunByProvider(tool.Type))
            .Select(tool => (tool.Type, Cap: CapOf(tool, factors) ?? 0))
            .ToArray();
        var isShared = factors.MaxToolUses is not null;
        return new ToolUseBound(
            isShared && uses.Length > 0 ? uses.Max(use => use.Cap) : uses.Sum(use => use.Cap),
            [
                .. uses.Select(use => (Kind: KnownTools.ChargeOf(use.Type), use.Cap))
                    .Where(use => use.Kind is not null)
                    .Select(use => (use.Kind!, use.Cap)),
            ],
            isShared
        );
    }

    /// <summary>The charges by use. If one cap covers all tools, every use may be of the most expensive one.</summary>
    public IEnumerable<Charge> Charges(Func<string, decimal> centsPerUse) =>
        Charged
            .Select(use => new Charge(use.Kind, use.Count, centsPerUse(use.Kind)))
            .OrderByDescending(charge => charge.Cents)
            .Take(IsShared ? 1 : int.MaxValue);

    /// <summary>The maximum number of uses that the provider charges for; null without a limit.</summary>
    public static long? CapOf(RequestedTool tool, CostFactors factors) =>
        KnownTools.IsRunByProvider(tool.Type)
            ? factors.MaxToolUses ?? (tool.MaxUses is { } max ? Math.Clamp(max, 0, InputBound.MaxTokens) : null)
        : KnownTools.IsRunByCaller(tool.Type) ? 0
        : null;

    /// <summary>What a refusal says about a tool without a limit.</summary>
    public static string Describe(RequestedTool tool) =>
        tool.UnknownCost is { } feature ? $"the tool {tool.Type} {feature}"
        : KnownTools.IsRunByProvider(tool.Type) ? $"the tool {tool.Type} without max_uses or max_tool_calls"
        : $"the tool {tool.Type}";
}
