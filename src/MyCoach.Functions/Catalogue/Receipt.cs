namespace MyCoach.Catalogue;

/// <summary>What a kind of token was charged at, in cents per million tokens, or a kind of use, in cents for each.</summary>
internal sealed record Charge(string Kind, long Count, decimal Cents)
{
    public const string WebSearch = "webSearch";
    public const string FileSearch = "fileSearch";
    public const string CodeInterpreter = "codeInterpreter";
    public const string Image = "imageGeneration";

    public bool IsByUse => Kind is WebSearch or FileSearch or CodeInterpreter or Image;

    public PicoUsd Cost => (IsByUse ? PicoUsd.PerUse(Cents) : PicoUsd.PerToken(Cents)) * Count;
}

/// <summary>A priced call: by kind of token and of use, with where the prices come from.</summary>
/// <param name="Estimated">Whether a rate had to be assumed, because no source states it.</param>
internal sealed record Receipt(string Model, string Source, DateOnly EffectiveFrom, bool Estimated, IReadOnlyList<Charge> Charges)
{
    /// <summary>How the call was served, as far as it changed the rates: priority, us …</summary>
    public IReadOnlyList<string> Terms { get; init; } = [];

    public PicoUsd Total => Charges.Aggregate(PicoUsd.Zero, (sum, charge) => sum + charge.Cost);
}
