using System.Text.Json;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>The models MyCoach knows, from the data file that is a part of the program. Read when it is first needed.</summary>
internal sealed class ModelCatalogue
{
    private readonly Lazy<(IReadOnlyList<Model> All, Dictionary<(Provider, string), Model> ByName)> models = new(Read);

    public IReadOnlyList<Model> All => models.Value.All;

    /// <summary>By id, alias or another spelling of either; null where the catalogue has no such model of this provider.</summary>
    public Model? Find(Provider provider, string model) =>
        ModelIds
            .Spellings(provider, model)
            .Select(name => models.Value.ByName.GetValueOrDefault((provider, name.ToLowerInvariant())))
            .FirstOrDefault(found => found is not null);

    /// <summary>By name alone, of whichever provider has it.</summary>
    public Model? Find(string model) => Provider.All.Select(provider => Find(provider, model)).FirstOrDefault(found => found is not null);

    private static (IReadOnlyList<Model>, Dictionary<(Provider, string), Model>) Read()
    {
        using var file = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("models.json")!;
        var all = JsonSerializer.Deserialize(file, CatalogueJson.Default.ModelList)!.Models;
        var names = all.SelectMany(model => model.Aliases.Prepend(model.Id), (model, name) => ((model.Provider, name.ToLowerInvariant()), model));
        return (all, names.ToDictionary());
    }
}
