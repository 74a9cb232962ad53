using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Prices;

/// <summary>
/// All corrections of the embedded price book, in place of those in force. An entry replaces the one with the same id, or
/// the same provider, kind and models for a tool. What is not listed is as in the embedded book.
/// </summary>
// Members have set, not init: only then a JsonException says which type a member must have.
internal sealed record PricePut
{
    public const int MaxNoteBytes = 500;

    /// <summary>Why the prices change, for the list of versions.</summary>
    [PlainText(MaxNoteBytes)]
    public string? Note { get; set; }

    public IReadOnlyList<Model>? Models { get; set; }

    public IReadOnlyList<Tool>? Tools { get; set; }

    public IReadOnlyList<ImageModel>? ImageModels { get; set; }

    public PriceCorrections Corrections => new(Models ?? [], Tools ?? [], ImageModels ?? []);
}
