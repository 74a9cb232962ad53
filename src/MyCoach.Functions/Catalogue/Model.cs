using System.Text.Json.Serialization;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>A model of the catalogue with its dated prices, oldest first.</summary>
internal sealed record Model(
    string Id,
    [property: JsonPropertyName("provider")] string ProviderId,
    IReadOnlyList<string> Aliases,
    int? MaxInputTokens,
    int? MaxOutputTokens,
    IReadOnlyList<DatedPrice> Prices
)
{
    /// <summary>Whether the model searches the web in every call, as OpenAI's search models for chat do.</summary>
    public bool AlwaysSearches { get; init; }

    [JsonIgnore]
    public Provider Provider => Provider.Find(ProviderId)!;

    /// <summary>The price that applies on a day; the first known price for any earlier day.</summary>
    public DatedPrice PriceOn(DateOnly day) => Prices.LastOrDefault(price => price.EffectiveFrom <= day) ?? Prices[0];
}
