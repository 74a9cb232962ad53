using MyCoach.Catalogue;

namespace MyCoach.Metering;

/// <summary>How often OpenAI's server tools were used, as the items of an output show.</summary>
internal readonly record struct ToolCounts(
    long WebSearches,
    long FileSearches,
    long CodeInterpreterCalls,
    IReadOnlyList<GeneratedImage> Images
)
{
    public static readonly ToolCounts None = new(0, 0, 0, []);

    public static ToolCounts operator +(ToolCounts left, ToolCounts right) =>
        new(
            left.WebSearches + right.WebSearches,
            left.FileSearches + right.FileSearches,
            left.CodeInterpreterCalls + right.CodeInterpreterCalls,
            right.Images.Count == 0 ? left.Images : [.. left.Images, .. right.Images]
        );

    /// <summary>The more of each kind: a stream's last list of items may lack some that the stream has shown.</summary>
    public static ToolCounts Max(ToolCounts shown, ToolCounts listed) =>
        new(
            Math.Max(shown.WebSearches, listed.WebSearches),
            Math.Max(shown.FileSearches, listed.FileSearches),
            Math.Max(shown.CodeInterpreterCalls, listed.CodeInterpreterCalls),
            shown.Images.Count > listed.Images.Count ? shown.Images : listed.Images
        );
}
