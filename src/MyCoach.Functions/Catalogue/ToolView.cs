using MyCoach.Http;

namespace MyCoach.Catalogue;

/// <summary>A tool that the provider runs during a call and charges per use, in cents.</summary>
/// <param name="Kind">The kind of its charges in a receipt.</param>
/// <param name="Models">The models that this price applies to; null for all other models of the provider.</param>
/// <param name="Estimated">Whether the price depends on something that answers do not state.</param>
/// <param name="CheckedOn">When the price was last compared with its source.</param>
/// <param name="Confirmed">False if no page of the provider, nor two agreeing others, state the price.</param>
public sealed record ToolView(
    [property: ProviderName] string Provider,
    string Kind,
    IReadOnlyList<string>? Models,
    decimal CentsPerUse,
    bool Estimated,
    string Source,
    DateOnly EffectiveFrom,
    DateOnly CheckedOn,
    bool Confirmed
)
{
    internal static ToolView Of(Tool tool, DateOnly today)
    {
        var price = tool.PriceOn(today);
        return new(
            tool.ProviderId,
            tool.Kind,
            tool.Models,
            price.CentsPerUse,
            tool.Estimated,
            price.Source,
            price.EffectiveFrom,
            price.CheckedOn,
            price.Confirmed
        );
    }
}
