using System.Text.Json.Serialization;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>A tool that the provider runs during a call and charges per use.</summary>
/// <param name="Kind">The kind of its charges in a receipt.</param>
/// <param name="Models">The models that these prices apply to; null for every model of the provider.</param>
/// <param name="Estimated">Whether the price depends on something that answers do not state.</param>
internal sealed record Tool(
    [property: JsonPropertyName("provider")] string ProviderId,
    string Kind,
    IReadOnlyList<ToolPrice> Prices,
    IReadOnlyList<string>? Models = null,
    bool Estimated = false
)
{
    [JsonIgnore]
    public Provider Provider => Provider.Find(ProviderId)!;

    public bool AppliesTo(Model model, string kind) =>
        Kind == kind && Provider == model.Provider && Models?.Contains(model.BaseId) != false;

    /// <summary>The price that applies on a day; the first known price for any earlier day.</summary>
    public ToolPrice PriceOn(DateOnly day) => Prices.LastOrDefault(price => price.EffectiveFrom <= day) ?? Prices[0];
}

/// <param name="Confirmed">False if no page of the provider, nor two agreeing others, state the price.</param>
internal sealed record ToolPrice(
    DateOnly EffectiveFrom,
    string Source,
    DateOnly CheckedOn,
    decimal CentsPerUse,
    bool Confirmed = true
);
