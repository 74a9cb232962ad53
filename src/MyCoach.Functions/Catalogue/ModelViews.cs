namespace MyCoach.Catalogue;

/// <summary>A model of the catalogue. <c>usable</c> is true if the caller has stored a key for its provider that is not invalid.</summary>
public sealed record ModelView(
    string Id,
    string Provider,
    IReadOnlyList<string> Aliases,
    int? MaxInputTokens,
    int? MaxOutputTokens,
    PricesView Prices,
    string Source,
    DateOnly EffectiveFrom,
    bool Usable
)
{
    internal static ModelView Of(Model model, DateOnly today, bool usable)
    {
        var price = model.PriceOn(today);
        return new(
            model.Id,
            model.ProviderId,
            model.Aliases,
            model.MaxInputTokens,
            model.MaxOutputTokens,
            PricesView.Of(price),
            price.Source,
            price.EffectiveFrom,
            usable
        );
    }
}

/// <summary>A tool that the provider runs during a call and charges per use, in cents.</summary>
/// <param name="Kind">The kind of its charges in a receipt.</param>
/// <param name="Models">The models that this price applies to; null for all other models of the provider.</param>
/// <param name="Estimated">Whether the price depends on something that answers do not state.</param>
public sealed record ToolView(
    string Provider,
    string Kind,
    IReadOnlyList<string>? Models,
    decimal CentsPerUse,
    bool Estimated,
    string Source,
    DateOnly EffectiveFrom
)
{
    internal static ToolView Of(Tool tool, DateOnly today)
    {
        var price = tool.PriceOn(today);
        return new(tool.ProviderId, tool.Kind, tool.Models, price.CentsPerUse, tool.Estimated, price.Source, price.EffectiveFrom);
    }
}

public sealed record ModelListView(IReadOnlyList<ModelView> Models)
{
    public required IReadOnlyList<ToolView> Tools { get; init; }
}
