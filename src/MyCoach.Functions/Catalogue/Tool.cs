using System.Text.Json.Serialization;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>A tool that the provider runs for a call and charges by use.</summary>
/// <param name="Kind">The kind of its charges.</param>
/// <param name="Models">The only models that these prices are of; null for every model of the provider.</param>
/// <param name="Estimated">Whether the price depends on what an answer does not tell.</param>
internal sealed record Tool(
    [property: JsonPropertyName("provider")] string ProviderId,
    string Kind,
    IReadOnlyList<string>? Models,
    bool Estimated,
    IReadOnlyList<ToolPrice> Prices
)
{
    [JsonIgnore]
    public Provider Provider => Provider.Find(ProviderId)!;

    public bool IsOf(Model model, string kind) => Kind == kind && Provider == model.Provider && Models?.Contains(model.Id) != false;

    /// <summary>The price in force on a day; before the first known one, the first.</summary>
    public ToolPrice PriceOn(DateOnly day) => Prices.LastOrDefault(price => price.EffectiveFrom <= day) ?? Prices[0];
}

internal sealed record ToolPrice(DateOnly EffectiveFrom, string Source, decimal CentsPerUse);
