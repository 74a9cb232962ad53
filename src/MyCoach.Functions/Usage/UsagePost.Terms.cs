using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Usage;

/// <summary>What decides the price of a posted call besides its tokens, as far as the gateway can meter it.</summary>
public sealed partial record UsagePost
{
    private const int MaxTermBytes = 64;

    /// <summary>How many of <c>cacheWriteTokens</c> are kept for an hour. The rest is kept for minutes.</summary>
    [WholeNumber(MaxTokens)]
    public long? CacheWrite1hTokens { get; set; }

    /// <summary>How many of <c>cacheWriteTokens</c> are kept for 12 hours.</summary>
    [WholeNumber(MaxTokens)]
    public long? CacheWrite12hTokens { get; set; }

    /// <summary>How many of <c>inputTokens</c> are audio.</summary>
    [WholeNumber(MaxTokens)]
    public long? AudioInputTokens { get; set; }

    /// <summary>How many of <c>outputTokens</c> are audio.</summary>
    [WholeNumber(MaxTokens)]
    public long? AudioOutputTokens { get; set; }

    /// <summary>As named in the provider's answer: <c>default</c>, <c>flex</c>, <c>priority</c> …</summary>
    [PlainText(MaxTermBytes)]
    public string? ServiceTier { get; set; }

    /// <summary>As named in Anthropic's answer: <c>standard</c> or <c>fast</c>.</summary>
    [PlainText(MaxTermBytes)]
    public string? Speed { get; set; }

    /// <summary>
    /// The region that processed the call: as named in Anthropic's answer (<c>us</c>), or the first part of OpenAI's
    /// address (<c>eu</c>).
    /// </summary>
    [PlainText(MaxTermBytes)]
    public string? Geography { get; set; }

    [WholeNumber(MaxTokens)]
    public long? WebSearches { get; set; }

    /// <summary>Searches by OpenAI's tool <c>web_search_preview</c>.</summary>
    [WholeNumber(MaxTokens)]
    public long? WebSearchPreviews { get; set; }

    [WholeNumber(MaxTokens)]
    public long? FileSearches { get; set; }

    [WholeNumber(MaxTokens)]
    public long? CodeInterpreterSessions { get; set; }

    /// <summary>How many images OpenAI's image tool finished. Image tokens, if stated, decide their price.</summary>
    [WholeNumber(MaxTokens)]
    public long? Images { get; set; }

    /// <summary>The model of the images; if absent, <c>gpt-image-1</c>.</summary>
    [PlainText(ModelIds.MaxBytes)]
    public string? ImageModel { get; set; }

    /// <summary><c>low</c>, <c>medium</c> or <c>high</c>; anything else counts as the most expensive.</summary>
    [PlainText(MaxTermBytes)]
    public string? ImageQuality { get; set; }

    /// <summary>Such as <c>1024x1024</c>; an unknown size counts as the most expensive.</summary>
    [PlainText(MaxTermBytes)]
    public string? ImageSize { get; set; }

    /// <summary>Text tokens that the image model read. <c>inputTokens</c> excludes them.</summary>
    [WholeNumber(MaxTokens)]
    public long? ImageTextInputTokens { get; set; }

    /// <summary>Image tokens that the image model read.</summary>
    [WholeNumber(MaxTokens)]
    public long? ImageInputTokens { get; set; }

    /// <summary>Image tokens that the image model generated. <c>outputTokens</c> excludes them.</summary>
    [WholeNumber(MaxTokens)]
    public long? ImageOutputTokens { get; set; }

    private CallTerms Terms =>
        new()
        {
            CacheWrite1h = CacheWrite1hTokens ?? 0,
            CacheWrite12h = CacheWrite12hTokens ?? 0,
            AudioInput = AudioInputTokens ?? 0,
            AudioOutput = AudioOutputTokens ?? 0,
            ServiceTier = ServiceTier,
            Speed = Speed,
            Geography = Geography,
            WebSearches = WebSearches ?? 0,
            WebSearchPreviews = WebSearchPreviews ?? 0,
            FileSearches = FileSearches ?? 0,
            CodeInterpreterSessions = CodeInterpreterSessions ?? 0,
            Images = new(
                ImageModel,
                new(ImageTextInputTokens ?? 0, ImageInputTokens ?? 0, TextOutput: 0, ImageOutputTokens ?? 0),
                Images is > 0 and var count ? [new GeneratedImage(ImageQuality, ImageSize, count)] : []
            ),
        };
}
