using System.Text.Json;
using System.Text.Json.Serialization;

namespace MyCoach.Catalogue;

/// <summary>
/// What decides the price of a call besides its tokens: tier, speed, geography and tool uses. As the provider's answer
/// states them, else as the request asked for them.
/// </summary>
internal sealed record CallTerms
{
    public static readonly CallTerms Standard = new();

    private const int MaxLength = 8_000;

    // The provider chooses the number of parts and most of the names.
    private static readonly string Unknown = new CallTerms { IsUnknown = true }.Write();

    /// <summary>How many of the cache-write tokens are kept for an hour.</summary>
    public long CacheWrite1h { get; init; }

    /// <summary>How many of the cache-write tokens are kept for 12 hours.</summary>
    public long CacheWrite12h { get; init; }

    /// <summary>How many of the input tokens are audio.</summary>
    public long AudioInput { get; init; }

    /// <summary>How many of the output tokens are audio.</summary>
    public long AudioOutput { get; init; }

    /// <summary>As named in the answer: default, flex, priority …</summary>
    public string? ServiceTier { get; init; }

    /// <summary>Anthropic only: standard or fast.</summary>
    public string? Speed { get; init; }

    /// <summary>Where the model ran: us, eu …</summary>
    public string? Geography { get; init; }

    public long WebSearches { get; init; }

    /// <summary>OpenAI only: searches by the tool <c>web_search_preview</c>.</summary>
    public long WebSearchPreviews { get; init; }

    /// <summary>OpenAI only: searches by one of the two tools above, whichever it was.</summary>
    public long EitherWebSearches { get; init; }

    public long FileSearches { get; init; }

    public long CodeInterpreterSessions { get; init; }

    [JsonIgnore]
    public ImageUses Images { get; init; } = ImageUses.None;

    /// <summary>Whether the model that answered refused before any output.</summary>
    public bool IsRefused { get; init; }

    /// <summary>
    /// The share of the call's tokens that other models used, such as an advisor. The call's token counts include it.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<CallPart> OtherParts { get; init; } = [];

    // For JSON, which leaves out what is null.
    [JsonInclude, JsonPropertyName("images")]
    internal ImageUses? StatedImages
    {
        get => Images == ImageUses.None ? null : Images;
        init => Images = value ?? ImageUses.None;
    }

    [JsonInclude, JsonPropertyName("otherParts")]
    internal IReadOnlyList<CallPart>? StatedParts
    {
        get => OtherParts.Count == 0 ? null : OtherParts;
        init => OtherParts = value ?? [];
    }

    /// <summary>
    /// Whether the terms are not known, so that the call cannot be priced again: they were too long to store, or an earlier
    /// release recorded the call.
    /// </summary>
    public bool IsUnknown { get; init; }

    /// <summary>The terms as text, to store with a call that may be priced again.</summary>
    public string Write()
    {
        var text = JsonSerializer.Serialize(this, CallTermsJson.Default.CallTerms);
        return text.Length <= MaxLength ? text : Unknown;
    }

    /// <param name="text">Null in rows from before terms were stored.</param>
    public static CallTerms Read(string? text) =>
        text is null
            ? new CallTerms { IsUnknown = true }
            : JsonSerializer.Deserialize(text, CallTermsJson.Default.CallTerms)!;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault
)]
[JsonSerializable(typeof(CallTerms))]
internal sealed partial class CallTermsJson : JsonSerializerContext;
