using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>
/// Whether what a stream has used can be estimated from what came of it. Anthropic says at the beginning how much went in, and OpenAI only at the end; what a
/// model thinks before it answers, what tools of the provider's bring in and what a prediction cost are said only at the end by both.
/// </summary>
internal static class PartialUsage
{
    // These do not think, or not without being asked to. Whatever is not listed may.
    private static readonly string[] Anthropics = ["claude-3", "claude-haiku-4", "claude-sonnet-4", "claude-opus-4"];
    private static readonly string[] OpenAis = ["gpt-4"];

    /// <param name="model">As the catalogue names it.</param>
    public static bool CanBeEstimated(Provider provider, string model, CostFactors demand)
    {
        var isAnthropic = provider == Provider.Anthropic;
        var mayThink = demand.Thinks || !(isAnthropic ? Anthropics : OpenAis).Any(older => model.StartsWith(older, StringComparison.Ordinal));
        return !mayThink && (isAnthropic || demand.IsInline) && !demand.Predicts && !demand.Tools.Any(tool => KnownTools.IsProviders(tool.Type));
    }
}
