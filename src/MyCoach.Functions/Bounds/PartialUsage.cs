using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>
/// Decides whether the usage of an incomplete stream can be estimated from the part that arrived. Anthropic states the
/// input tokens at the start, OpenAI at the end. Both state only at the end what thinking, provider tools and
/// predictions used.
/// </summary>
internal static class PartialUsage
{
    // Prefixes of models that do not think unless the request asks for it. Any other model may think.
    private static readonly string[] AnthropicPrefixes =
    [
        "claude-3",
        "claude-haiku-4",
        "claude-sonnet-4",
        "claude-opus-4",
    ];
    private static readonly string[] OpenAiPrefixes = ["gpt-4"];

    /// <param name="model">The model's id in the catalogue.</param>
    public static bool CanBeEstimated(Provider provider, string model, CostFactors factors)
    {
        var isAnthropic = provider == Provider.Anthropic;
        var mayThink =
            factors.Thinks
            || !(isAnthropic ? AnthropicPrefixes : OpenAiPrefixes).Any(prefix =>
                model.StartsWith(prefix, StringComparison.Ordinal)
            );
        return !mayThink
            && (isAnthropic || factors is { IsInline: true, Images: 0 })
            && factors is { HasPrediction: false, HasAudio: false, AsksForAudio: false }
            && !factors.Tools.Any(tool => KnownTools.IsRunByProvider(tool.Type));
    }
}
