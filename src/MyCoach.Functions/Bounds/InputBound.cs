using MyCoach.Catalogue;

namespace MyCoach.Bounds;

/// <summary>The most input tokens of a call.</summary>
internal static class InputBound
{
    /// <summary>No real request exceeds this. It also keeps products within a long.</summary>
    public const long MaxTokens = 1_000_000_000;

    private const long MaxImages = 100_000;

    // Providers add text to a prompt, such as how to use tools. Allow this much per call, and again for each tool that
    // the provider defines.
    private const long OverheadTokens = 1_024;
    private const long EmbeddingOverheadTokens = 16;

    // Lets models take more input than their usual limit.
    private const string LongContextBeta = "context-1m";
    private const long LongContextTokens = 1_000_000;

    /// <summary>
    /// At most one token per byte of text in the body, and what is known of earlier answers. Other input (files, stored
    /// items) can be as long as the model's input limit. The model reads its input once, and again after each use of a tool that the provider runs: then its
    /// input can fill the limit too.
    /// </summary>
    /// <param name="uses">How often the provider may run tools.</param>
    /// <param name="unbounded">Gets what has no limit.</param>
    public static long Of(Model model, CostFactors factors, long uses, List<string> unbounded)
    {
        if (uses > ToolUseBound.MaxUses)
        {
            unbounded.Add($"tools that may be used more than {ToolUseBound.MaxUses} times");
        }
        var isKnown = factors.IsInline || factors.EarlierTokens is not null;
        if (model.MaxInputTokens is null && (!isKnown || uses > 0))
        {
            unbounded.Add(
                $"input of {model.Id} other than text in the body, because the model's input limit is unknown"
            );
        }
        var limit = LimitOf(model, factors);
        var own = isKnown ? TextAndImages(model, factors) + Overhead(factors) + (factors.EarlierTokens ?? 0) : limit;
        return own + (Math.Min(uses, ToolUseBound.MaxUses) * limit);
    }

    private static long Overhead(CostFactors factors) =>
        factors.Generates ? OverheadTokens * (1 + factors.Tools.Count) : EmbeddingOverheadTokens;

    // The whole body is at most one token per byte. An image has a limit of tokens, in place of the bytes of its data.
    private static long TextAndImages(Model model, CostFactors factors) =>
        Math.Min(factors.Bytes - factors.ImageBytes, MaxTokens)
        + (Math.Min(factors.Images, MaxImages) * ImageLimits.TokensOf(model));

    private static long LimitOf(Model model, CostFactors factors) =>
        ModelIds.AsksForMillionTokens(factors.Model)
        || factors.Betas.Any(beta => BetaFamily.Of(beta) == LongContextBeta)
            ? Math.Max(model.MaxInputTokens ?? 0, LongContextTokens)
            : model.MaxInputTokens ?? 0;
}
