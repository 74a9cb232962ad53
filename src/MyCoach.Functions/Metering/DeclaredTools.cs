namespace MyCoach.Metering;

/// <summary>
/// What a request to OpenAI, or the answer that repeats it, declares about prices: the tools, and how long input is
/// cached.
/// </summary>
internal sealed record DeclaredTools
{
    public static readonly DeclaredTools None = new();

    public bool WebSearch { get; init; }

    public bool WebSearchPreview { get; init; }

    public string? ImageModel { get; init; }

    public string? ImageQuality { get; init; }

    public string? ImageSize { get; init; }

    /// <summary>The member <c>ttl</c> of <c>prompt_cache_options</c>.</summary>
    public string? CacheTtl { get; init; }

    public bool CachesFor12Hours => CacheTtl == "12h";

    /// <summary>With one more tool.</summary>
    public DeclaredTools With(string type, string? model, string? quality, string? size) =>
        type switch
        {
            "image_generation" => this with
            {
                ImageModel = model ?? ImageModel,
                ImageQuality = quality ?? ImageQuality,
                ImageSize = size ?? ImageSize,
            },
            _ when IsNamed(type, "web_search_preview") => this with { WebSearchPreview = true },
            _ when IsNamed(type, "web_search") => this with { WebSearch = true },
            _ => this,
        };

    /// <summary>These, and what only the others declare.</summary>
    public DeclaredTools Or(DeclaredTools others) =>
        this with
        {
            WebSearch = WebSearch || (others.WebSearch && !WebSearchPreview),
            WebSearchPreview = WebSearchPreview || (others.WebSearchPreview && !WebSearch),
            ImageModel = ImageModel ?? others.ImageModel,
            ImageQuality = ImageQuality ?? others.ImageQuality,
            ImageSize = ImageSize ?? others.ImageSize,
            CacheTtl = CacheTtl ?? others.CacheTtl,
        };

    // A type may have a suffix, such as a date.
    private static bool IsNamed(string type, string name) =>
        type == name || type.StartsWith($"{name}_", StringComparison.Ordinal);
}
