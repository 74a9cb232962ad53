using MyCoach.Catalogue;

namespace MyCoach.Prices;

/// <summary>
/// A version of the price book: its corrections of the embedded one. Version 0 is the embedded book, without any.
/// </summary>
/// <param name="At">Null for version 0.</param>
/// <param name="By"><c>operator</c> or <c>feed</c>; null for version 0.</param>
/// <param name="IsReadable">False if a later release stored it. Its corrections are then not shown and not in force.</param>
internal sealed record PriceVersionView(
    long Version,
    DateTimeOffset? At,
    string? By,
    string? Note,
    IReadOnlyList<Model> Models,
    IReadOnlyList<Tool> Tools,
    IReadOnlyList<ImageModel> ImageModels,
    bool IsReadable = true
)
{
    public static readonly PriceVersionView Embedded = new(0, null, null, null, [], [], []);

    public static PriceVersionView Of(PriceVersion version) =>
        new(
            version.Number,
            version.At,
            version.By,
            version.Note,
            version.Corrections.Models ?? [],
            version.Corrections.Tools ?? [],
            version.Corrections.ImageModels ?? [],
            version.IsReadable
        );
}

/// <summary>A version in the list of versions, without its prices.</summary>
/// <param name="Corrected">The ids of the models, tools and image models that it corrects.</param>
internal sealed record PriceVersionSummary(
    long Version,
    DateTimeOffset At,
    string By,
    string? Note,
    IReadOnlyList<string> Corrected
)
{
    public static PriceVersionSummary Of(PriceVersion version) =>
        new(version.Number, version.At, version.By, version.Note, [.. PriceEntries.Of(version.Corrections).Keys]);
}

internal sealed record PriceVersionList(IReadOnlyList<PriceVersionSummary> Versions, string? NextCursor);

/// <summary>A version that was stored, or would be, and what it changes in the price book that was in force.</summary>
/// <param name="At">Null if nothing was stored: for a preview.</param>
/// <param name="Changes">Empty if the corrections are those in force; then no version is stored either.</param>
internal sealed record PriceChangesView(
    long Version,
    DateTimeOffset? At,
    string? By,
    string? Note,
    IReadOnlyList<PriceChange> Changes
);

/// <summary>How one model, tool or image model changes.</summary>
/// <param name="Change"><c>added</c>, <c>changed</c> or <c>removed</c>.</param>
internal sealed record PriceChange(string Id, string Change, IReadOnlyList<MemberChange> Members);

/// <summary>A member that changes, such as <c>prices[2026-11-09].input</c>; null where it is absent.</summary>
internal sealed record MemberChange(string Member, string? Before, string? After);
