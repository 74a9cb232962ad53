using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>
/// The known models and provider tools with their prices. Loads the embedded <see cref="PriceFiles"/> on first use.
/// </summary>
internal sealed class ModelCatalogue
{
    private readonly Lazy<(ModelList Lists, Dictionary<(Provider, string), Model> ByName)> models = new(Read);

    public IReadOnlyList<Model> All => models.Value.Lists.Models;

    public IReadOnlyList<Tool> Tools => models.Value.Lists.Tools;

    public IReadOnlyList<ImageModel> ImageModels => models.Value.Lists.ImageModels;

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
    public bool Lists(Provider provider, string name) => models.Value.ByName.ContainsKey((provider, name));

    /// <summary>Finds a model by name at any provider.</summary>
    public Model? Find(string model) =>
        Provider.All.Select(provider => Find(provider, model)).FirstOrDefault(found => found is not null);

    /// <summary>Whether a beta, of whatever date, is known to cost nothing that the bound of a request leaves out.</summary>
    public bool IsBounded(string beta) =>
        BetaFamily.Of(beta) is var family
        && models.Value.Lists.Betas.Any(known => known.Family == family && known.IsBounded);

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
            .Select(name => models.Value.ByName.GetValueOrDefault((provider, name.ToLowerInvariant())))
            .FirstOrDefault(found => found is not null);

    private static (ModelList, Dictionary<(Provider, string), Model>) Read()
    {
        var lists = PriceFiles.Read();
        var names = lists.Models.SelectMany(
            model => model.Aliases.Prepend(model.Id),
            (model, name) => ((model.Provider, name.ToLowerInvariant()), model)
        );
        return (lists, names.ToDictionary());
    }
}
