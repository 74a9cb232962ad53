using System.Text.Json.Serialization;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>A model of the catalogue with its dated prices, oldest first.</summary>
internal sealed record Model(
    string Id,
    [property: JsonPropertyName("provider")] string ProviderId,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<DatedPrice> Prices,
    int? MaxInputTokens = null,
    int? MaxOutputTokens = null
)
{
    public const string Chat = "chat";
    public const string Embedding = "embedding";
    public const string Moderation = "moderation";

    /// <summary>What the model generates: <see cref="Chat"/> or <see cref="Embedding"/>.</summary>
    public string Kind
    {
        get => field ?? Chat;
        init;
    }

    /// <summary>Since when the provider refuses calls to the model; null while it serves them.</summary>
    public DateOnly? RetiredOn { get; init; }

    /// <summary>Where the provider states the retirement.</summary>
    public string? RetirementSource { get; init; }

    /// <summary>Whether the model searches the web in every call, as OpenAI's search models for chat do.</summary>
    public bool AlwaysSearches { get; init; }

    [JsonIgnore]
    public Provider Provider => Provider.Find(ProviderId)!;

    public bool IsRetired(DateOnly day) => RetiredOn <= day;

    /// <summary>The price that applies on a day; the first known price for any earlier day.</summary>
    public DatedPrice PriceOn(DateOnly day) => Prices.LastOrDefault(price => price.EffectiveFrom <= day) ?? Prices[0];
}
