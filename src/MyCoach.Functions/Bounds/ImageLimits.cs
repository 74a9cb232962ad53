using MyCoach.Catalogue;
using MyCoach.Providers;

namespace MyCoach.Bounds;

/// <summary>
/// The most input tokens that one image takes. Providers scale larger images down: platform.claude.com/docs (vision) and
/// platform.openai.com/docs/guides/images-vision. OpenAI counts tiles or patches, and multiplies them for small models.
/// </summary>
internal static class ImageLimits
{
    // An image of 2,576 by 1,456 pixels, for models since Claude Opus 4.7; earlier ones take at most a third.
    private const long Anthropic = 4_784;

    // 2,833 and 5,667 for each of eight tiles.
    private const long Gpt4oMini = 48_169;

    // 10,000 patches in original detail, which small models multiply by at most 2.46.
    private const long OpenAi = 10_000;
    private const long OpenAiSmall = 24_600;

    public static long TokensOf(Model model) =>
        model.Provider == Provider.Anthropic ? Anthropic
        : model.BaseId.StartsWith("gpt-4o-mini", StringComparison.Ordinal) ? Gpt4oMini
        : model.BaseId.Contains("-mini", StringComparison.Ordinal)
        || model.BaseId.Contains("-nano", StringComparison.Ordinal)
            ? OpenAiSmall
        : OpenAi;
}
