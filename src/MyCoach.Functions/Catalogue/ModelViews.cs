using MyCoach.Http;

namespace MyCoach.Catalogue;

/// <summary>
/// A model of the catalogue. <c>usable</c> is true if the caller has stored a key for its provider that is not invalid.
/// <c>kind</c> is <c>chat</c> or <c>embedding</c>. From <c>retiredOn</c> on the provider refuses calls to it.
/// </summary>
public sealed record ModelView(
    string Id,
    [property: ProviderName] string Provider,
    IReadOnlyList<string> Aliases,
    int? MaxInputTokens,
    int? MaxOutputTokens,
    PricesView Prices,
    string Source,
    DateOnly EffectiveFrom,
    bool Usable,
    string Kind,
    DateOnly? RetiredOn
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
            usable,
            model.Kind,
            model.RetiredOn
        );
    }
}

public sealed record ModelListView(IReadOnlyList<ModelView> Models)
{
    public required IReadOnlyList<ToolView> Tools { get; init; }

    /// <summary>The models that OpenAI's image tool uses.</summary>
    public required IReadOnlyList<ImageModelView> ImageModels { get; init; }
}
