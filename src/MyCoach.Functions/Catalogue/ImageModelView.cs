namespace MyCoach.Catalogue;

/// <summary>
/// The prices of a model that OpenAI's image tool uses, in cents per million tokens. <c>images</c> has the price of an
/// image for an answer that does not state tokens.
/// </summary>
/// <param name="CheckedOn">When the prices were last compared with their source.</param>
/// <param name="Confirmed">False if no page of the provider, nor two agreeing others, state the prices.</param>
public sealed record ImageModelView(
    string Id,
    decimal TextInputPerMTok,
    decimal ImageInputPerMTok,
    decimal OutputPerMTok,
    IReadOnlyList<ImagePriceView> Images,
    string Source,
    DateOnly EffectiveFrom,
    DateOnly CheckedOn,
    bool Confirmed
)
{
    internal static ImageModelView Of(ImageModel model, DateOnly today)
    {
        var price = model.PriceOn(today);
        return new(
            model.Id,
            price.TextInput,
            price.ImageInput,
            price.Output,
            [
                .. price.Images.SelectMany(
                    quality => quality.Value,
                    (quality, size) => new ImagePriceView(quality.Key, size.Key, size.Value)
                ),
            ],
            price.Source,
            price.EffectiveFrom,
            price.CheckedOn,
            price.Confirmed
        );
    }
}

/// <summary>The price of one image, in cents.</summary>
public sealed record ImagePriceView(string Quality, string Size, decimal CentsPerImage);
