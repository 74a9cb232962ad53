using MyCoach.Http;

namespace MyCoach.Catalogue;

/// <summary>
/// A model of the catalogue. <c>usable</c> is true if the caller has stored a key for its provider that is not invalid.
/// <c>kind</c> is <c>chat</c>, <c>embedding</c> or <c>moderation</c>.
/// </summary>
/// <param name="Source">An address, or <c>seed</c> for the prices with which MyCoach began.</param>
/// <param name="RetiresOn">From when on the provider refuses calls to it, past or future; null if it has not
/// said.</param>
/// <param name="CheckedOn">When the price was last compared with its source.</param>
/// <param name="EffectiveUntil">The last day that the source confirms. The price applies after it too, as an
/// estimate.</param>
/// <param name="Confirmed">False if no page of the provider, nor two agreeing others, state the price. Its calls are
/// <c>priceEstimated</c>.</param>
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
    DateOnly? RetiresOn,
    DateOnly CheckedOn,
    DateOnly? EffectiveUntil,
    bool Confirmed
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
            model.RetiresOn,
            price.CheckedOn,
            price.EffectiveUntil,
            price.Confirmed
        );
    }
}

public sealed record ModelListView(IReadOnlyList<ModelView> Models)
{
    /// <summary>The version of the price book that is in force.</summary>
    public required long PriceVersion { get; init; }

    public required IReadOnlyList<ToolView> Tools { get; init; }

    /// <summary>The models that OpenAI's image tool uses.</summary>
    public required IReadOnlyList<ImageModelView> ImageModels { get; init; }
}
