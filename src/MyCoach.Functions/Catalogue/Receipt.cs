namespace MyCoach.Catalogue;

/// <summary>One line of a receipt. <paramref name="Cents"/> is per million tokens, or per use for a tool.</summary>
internal sealed record Charge(string Kind, long Count, decimal Cents)
{
    public const string Input = "input";
    public const string Output = "output";
    public const string CachedInput = "cachedInput";
    public const string CacheWrite = "cacheWrite";
    public const string CacheWrite1h = "cacheWrite1h";
    public const string CacheWrite12h = "cacheWrite12h";
    public const string AudioInput = "audioInput";
    public const string AudioOutput = "audioOutput";
    public const string WebSearch = "webSearch";
    public const string WebSearchPreview = "webSearchPreview";
    public const string FileSearch = "fileSearch";
    public const string CodeInterpreter = "codeInterpreter";
    public const string Image = "imageGeneration";

    /// <summary>What a provider billed for a day's use outside MyCoach.</summary>
    public const string OutsideUse = "outsideUse";

    // The tokens of the image model.
    public const string ImageTextInput = "imageTextInput";
    public const string ImageInput = "imageInput";
    public const string ImageOutput = "imageOutput";

    public bool IsByUse =>
        Kind is WebSearch or WebSearchPreview or FileSearch or CodeInterpreter or Image or OutsideUse;

    public PicoUsd Cost => (IsByUse ? PicoUsd.PerUse(Cents) : PicoUsd.PerToken(Cents)) * Count;
}

/// <summary>The price of a call, by kind of token and of tool use, and the source of the rates.</summary>
/// <param name="Estimated">Whether a rate was assumed or is not confirmed, or the price's last confirmed day is
/// over.</param>
internal sealed record Receipt(
    string Model,
    string Source,
    DateOnly EffectiveFrom,
    bool Estimated,
    IReadOnlyList<Charge> Charges
)
{
    /// <summary>The term of a receipt that leaves out what a model refused before any output.</summary>
    public const string Refusal = "refusal";

    /// <summary>The tier, speed and geography that changed the rates: priority, us … And <see cref="Refusal"/>.</summary>
    public IReadOnlyList<string> Terms { get; init; } = [];

    /// <summary>Whether it is what was held for a call whose usage is unknown, so that it cannot be priced again.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The version of the price book that has the rates; 0 for the embedded book.</summary>
    public long Version { get; init; }

    public PicoUsd Total => Charges.Aggregate(PicoUsd.Zero, (sum, charge) => sum + charge.Cost);
}
