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

    // More kinds of images than a response has. What exceeds it counts as images of unknown quality and size.
    private const int MaxKinds = 50;

    private long ImageCount => Images.Sum(image => image.Count);

    public ToolCounts With(GeneratedImage image)
    {
        var kinds = Images.ToList();
        if (kinds.Count >= MaxKinds)
        {
            image = new(null, null, image.Count);
        }
        var known = kinds.FindIndex(kind => (kind.Quality, kind.Size) == (image.Quality, image.Size));
        if (known < 0)
        {
            kinds.Add(image);
        }
        else
        {
            kinds[known] = image with { Count = kinds[known].Count + image.Count };
        }
        return this with { Images = kinds };
    }

    public static ToolCounts operator +(ToolCounts left, ToolCounts right) =>
        right.Images.Aggregate(
            new ToolCounts(
                left.WebSearches + right.WebSearches,
                left.FileSearches + right.FileSearches,
                left.CodeInterpreterCalls + right.CodeInterpreterCalls,
                left.Images
            ),
            (sum, image) => sum.With(image)
        );

    /// <summary>The more of each kind: a stream's last list of items may lack some that the stream has shown.</summary>
    public static ToolCounts Max(ToolCounts shown, ToolCounts listed) =>
        new(
            Math.Max(shown.WebSearches, listed.WebSearches),
            Math.Max(shown.FileSearches, listed.FileSearches),
            Math.Max(shown.CodeInterpreterCalls, listed.CodeInterpreterCalls),
            shown.ImageCount > listed.ImageCount ? shown.Images : listed.Images
        );
}
