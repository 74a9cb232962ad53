using System.Text.Json;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>The models MyCoach knows, and their providers' tools, from the data file that is a part of the program. Read when it is first needed.</summary>
internal sealed class ModelCatalogue
{
    private readonly Lazy<(ModelList Lists, Dictionary<(Provider, string), Model> ByName)> models = new(Read);

    public IReadOnlyList<Model> All => models.Value.Lists.Models;

    public IReadOnlyList<Tool> Tools => models.Value.Lists.Tools;

    /// <summary>By id, alias or another spelling of either; null where the catalogue has no such model of this provider.</summary>
    public Model? Find(Provider provider, string model) =>
        ModelIds
            .Spellings(provider, model)
            .Select(name => models.Value.ByName.GetValueOrDefault((provider, name.ToLowerInvariant())))
            .FirstOrDefault(found => found is not null);

    /// <summary>By name alone, of whichever provider has it.</summary>
    public Model? Find(string model) => Provider.All.Select(provider => Find(provider, model)).FirstOrDefault(found => found is not null);

    /// <summary>Whether a beta is known to cost nothing of its own.</summary>
    public bool IsFree(string beta) => models.Value.Lists.Betas.Contains(beta);

    /// <summary>What one use of a tool costs; where no price of the model's provider is known, as much as the dearest known one.</summary>
    public (decimal Cents, bool Estimated) CentsPerUse(Model model, string kind, DateOnly day) =>
        Tools.FirstOrDefault(tool => tool.IsOf(model, kind)) is { } known
            ? (known.PriceOn(day).CentsPerUse, known.Estimated)
            : (Tools.Where(tool => tool.Kind == kind).Max(tool => tool.PriceOn(day).CentsPerUse), true);

    private static (ModelList, Dictionary<(Provider, string), Model>) Read()
    {
        using var file = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("models.json")!;
        var lists = JsonSerializer.Deserialize(file, CatalogueJson.Default.ModelList)!;
        var names = lists.Models.SelectMany(
            model => model.Aliases.Prepend(model.Id),
            (model, name) => ((model.Provider, name.ToLowerInvariant()), model)
        );
        return (lists, names.ToDictionary());
    }
}
