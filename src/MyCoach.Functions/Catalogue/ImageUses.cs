namespace MyCoach.Catalogue;

/// <summary>Images that OpenAI's image tool finished. Quality and size are null or <c>auto</c> if unknown.</summary>
internal readonly record struct GeneratedImage(string? Quality, string? Size, long Count = 1);

/// <summary>The tokens of the image model. The call's own token counts exclude them.</summary>
internal readonly record struct ImageTokens(long TextInput, long ImageInput, long TextOutput, long ImageOutput)
{
    public bool Any => TextInput + ImageInput + TextOutput + ImageOutput > 0;
}

/// <summary>What OpenAI's image tool generated in a call.</summary>
/// <param name="Model">The image model; null for the tool's default.</param>
/// <param name="Tokens">As the answer states them. If it states any, they decide the price, not the images.</param>
internal sealed record ImageUses(string? Model, ImageTokens Tokens, IReadOnlyList<GeneratedImage> Finished)
{
    public static readonly ImageUses None = new(null, default, []);

    public bool Equals(ImageUses? other) =>
        other is not null && (Model, Tokens) == (other.Model, other.Tokens) && Finished.SequenceEqual(other.Finished);

    public override int GetHashCode() => HashCode.Combine(Model, Tokens, Finished.Count);
}
