using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>
/// The known models and provider tools with their prices: one version of the price book. It never changes.
/// </summary>
internal sealed class ModelCatalogue
{
    private static readonly Lazy<ModelCatalogue> LazyEmbedded = new(() => new ModelCatalogue(PriceFiles.Read(), 0));

    private readonly Dictionary<(Provider, string), Model> byName;

    private ModelCatalogue(ModelList book, long version)
    {
        (Book, Version) = (book, version);
        byName = [];
        foreach (var model in book.Models)
        {
            foreach (var name in model.Aliases.Prepend(model.Id))
            {
                // A later release may list a model that a stored correction already names. New corrections come first.
                byName.TryAdd((model.Provider, name.ToLowerInvariant()), model);
            }
        }
    }

    /// <summary>The book of this release, without corrections. Read on first use.</summary>
    public static ModelCatalogue Embedded => LazyEmbedded.Value;

    public ModelList Book { get; }

    /// <summary>The number of the stored version whose corrections it has; 0 for the embedded book.</summary>
    public long Version { get; }

    public IReadOnlyList<Model> All => Book.Models;

    public IReadOnlyList<Tool> Tools => Book.Tools;

    public IReadOnlyList<ImageModel> ImageModels => Book.ImageModels;

    /// <summary>This book with the corrections of a stored version.</summary>
    public ModelCatalogue With(PriceVersion version) => new(version.Corrections.ApplyTo(Book), version.Number);

    /// <summary>
    /// Finds a model of this provider by id, alias or another spelling of either; null if the catalogue does not have
    /// it.
    /// </summary>
    public Model? Find(Provider provider, string model) =>
        ModelIds.BaseOf(provider, model) is { } fineTuned
            ? FindListed(provider, fineTuned)?.FineTunedAs(model)
            : FindListed(provider, model);

    /// <summary>
    /// The name under which summaries and filters group a model of this provider: the catalogue's id for all spellings,
    /// aliases and snapshots that it knows, else the name itself.
    /// </summary>
    public string NameOf(Provider provider, string model) => Find(provider, model)?.Id ?? model;

    /// <summary>
    /// Whether this is the exact id or alias of a model of this provider, and not another spelling of it.
    /// </summary>
    public bool Lists(Provider provider, string name) => byName.ContainsKey((provider, name));

    /// <summary>Finds a model by name at any provider.</summary>
    public Model? Find(string model) =>
        Provider.All.Select(provider => Find(provider, model)).FirstOrDefault(found => found is not null);

    /// <summary>Whether a beta, of whatever date, is known to cost nothing that the bound of a request leaves out.</summary>
    public bool IsBounded(string beta) =>
        BetaFamily.Of(beta) is var family && Book.Betas.Any(known => known.Family == family && known.IsBounded);

    /// <summary>
    /// The price of one use of a tool. If none is known for the model, the highest known price of that kind, marked as
    /// estimated.
    /// </summary>
    public (decimal Cents, bool Estimated) CentsPerUse(Model model, string kind, DateOnly day) =>
        Tools.FirstOrDefault(tool => tool.AppliesTo(model, kind)) is { } known
            ? (known.PriceOn(day).CentsPerUse, known.Estimated || !known.PriceOn(day).Confirmed)
            : (Tools.Where(tool => tool.Kind == kind).Max(tool => tool.PriceOn(day).CentsPerUse), true);

    private Model? FindListed(Provider provider, string model) =>
        ModelIds
            .Spellings(provider, model)
            .Select(name => byName.GetValueOrDefault((provider, name.ToLowerInvariant())))
            .FirstOrDefault(found => found is not null);
}
