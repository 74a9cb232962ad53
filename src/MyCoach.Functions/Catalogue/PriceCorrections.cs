using System.Text.Json;

namespace MyCoach.Catalogue;

/// <summary>
/// What an operator corrects in the embedded price book: whole entries, each in place of the one it corrects, or new.
/// </summary>
internal sealed record PriceCorrections(
    IReadOnlyList<Model>? Models = null,
    IReadOnlyList<Tool>? Tools = null,
    IReadOnlyList<ImageModel>? ImageModels = null
)
{
    public static readonly PriceCorrections None = new();

    /// <summary>The book with the corrections. Its ids and aliases may collide; see <see cref="NameClash"/>.</summary>
    public ModelList ApplyTo(ModelList book) =>
        book with
        {
            Models = Merge(book.Models, Models, model => (model.ProviderId, model.Id)),
            // A tool for some models comes before the one for all others, so new entries come first.
            Tools = Merge(book.Tools, Tools, KeyOf),
            ImageModels = Merge(book.ImageModels, ImageModels, model => model.Id),
        };

    /// <summary>
    /// A name that two models of the corrected book have, with the ids of both. Null if each name has one model.
    /// </summary>
    public (string Name, string Id, string OtherId)? NameClash(ModelList book)
    {
        var owners = new Dictionary<(string, string), string>();
        foreach (var model in ApplyTo(book).Models)
        {
            foreach (var name in model.Aliases.Prepend(model.Id).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                if (!owners.TryAdd((model.ProviderId, name.ToLowerInvariant()), model.Id))
                {
                    return (name, owners[(model.ProviderId, name.ToLowerInvariant())], model.Id);
                }
            }
        }
        return null;
    }

    /// <summary>Whether these corrections are the same to the letter.</summary>
    public bool IsSameAs(PriceCorrections other) => TextOf(this) == TextOf(other);

    /// <summary>What a tool's price applies to. Two entries with the same key are versions of one price.</summary>
    public static (string Provider, string Kind, string Models) KeyOf(Tool tool) =>
        (tool.ProviderId, tool.Kind, string.Join(' ', (tool.Models ?? []).Order(StringComparer.Ordinal)));

    private static string TextOf(PriceCorrections corrections) =>
        JsonSerializer.Serialize(
            new PriceCorrections(corrections.Models ?? [], corrections.Tools ?? [], corrections.ImageModels ?? []),
            CatalogueJson.Default.PriceCorrections
        );

    private static IReadOnlyList<T> Merge<T, TKey>(
        IReadOnlyList<T> book,
        IReadOnlyList<T>? corrections,
        Func<T, TKey> keyOf
    )
        where TKey : notnull
    {
        if (corrections is not { Count: > 0 })
        {
            return book;
        }
        var byKey = corrections.ToDictionary(keyOf);
        var known = book.Select(keyOf).ToHashSet();
        return
        [
            .. corrections.Where(entry => !known.Contains(keyOf(entry))),
            .. book.Select(entry => byKey.GetValueOrDefault(keyOf(entry)) ?? entry),
        ];
    }
}
