namespace MyCoach.Catalogue;

/// <summary>A model that OpenAI's image tool uses, with its dated prices, oldest first.</summary>
internal sealed record ImageModel(string Id, IReadOnlyList<ImagePrice> Prices)
{
    /// <summary>The model of a tool that names none.</summary>
    public const string Default = "gpt-image-1";

    /// <summary>The price that applies on a day; the first known price for any earlier day.</summary>
    public ImagePrice PriceOn(DateOnly day) => Prices.LastOrDefault(price => price.EffectiveFrom <= day) ?? Prices[0];
}

/// <summary>Prices in cents per million tokens, and in cents per image for an answer that states no tokens.</summary>
/// <param name="Images">The cents of an image, by quality and size.</param>
internal sealed record ImagePrice(
    DateOnly EffectiveFrom,
    string Source,
    DateOnly CheckedOn,
    decimal TextInput,
    decimal ImageInput,
    decimal Output,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, decimal>> Images,
    bool Confirmed = true
)
{
    /// <summary>
    /// The cents of an image. If its quality or size is unknown, the highest that fits what is known, marked as
    /// estimated.
    /// </summary>
    public (decimal Cents, bool Estimated) Of(GeneratedImage image)
    {
        var qualities =
            image.Quality is { } quality && Images.TryGetValue(quality, out var known)
                ? [known]
                : Images.Values.ToArray();
        var prices = qualities
            .SelectMany(sizes =>
                image.Size is { } size && sizes.TryGetValue(size, out var cents) ? [cents] : sizes.Values
            )
            .ToArray();
        return (prices.Max(), prices.Length > 1);
    }
}
