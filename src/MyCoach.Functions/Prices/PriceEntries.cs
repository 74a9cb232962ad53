using System.Text.Json;
using System.Text.Json.Nodes;
using MyCoach.Catalogue;

namespace MyCoach.Prices;

/// <summary>Compares two price books entry by entry and member by member.</summary>
internal static class PriceEntries
{
    private const string Date = "effectiveFrom";

    /// <summary>What differs between two books, in the order of the entries' ids.</summary>
    public static IReadOnlyList<PriceChange> Compare(ModelList before, ModelList after)
    {
        var (old, changed) = (Of(CorrectionsOf(before)), Of(CorrectionsOf(after)));
        return
        [
            .. old
                .Keys.Union(changed.Keys)
                .Order(StringComparer.Ordinal)
                .Select(id => Compare(id, old.GetValueOrDefault(id), changed.GetValueOrDefault(id)))
                .Where(change => change.Members.Count > 0),
        ];
    }

    /// <summary>The entries by id; a tool has none, so its id says to what its price applies.</summary>
    public static IReadOnlyDictionary<string, JsonNode> Of(PriceCorrections book)
    {
        var entries = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var model in book.Models ?? [])
        {
            entries[$"{model.ProviderId}/{model.Id}"] = JsonSerializer.SerializeToNode(
                model,
                CatalogueJson.Default.Model
            )!;
        }
        foreach (var tool in book.Tools ?? [])
        {
            var (provider, kind, models) = PriceCorrections.KeyOf(tool);
            entries[$"{provider}/tools/{kind}{(models.Length > 0 ? $" of {models}" : "")}"] =
                JsonSerializer.SerializeToNode(tool, CatalogueJson.Default.Tool)!;
        }
        foreach (var model in book.ImageModels ?? [])
        {
            entries[$"images/{model.Id}"] = JsonSerializer.SerializeToNode(model, CatalogueJson.Default.ImageModel)!;
        }
        return entries;
    }

    private static PriceCorrections CorrectionsOf(ModelList book) => new(book.Models, book.Tools, book.ImageModels);

    private static PriceChange Compare(string id, JsonNode? before, JsonNode? after)
    {
        var (old, changed) = (MembersOf(before), MembersOf(after));
        return new PriceChange(
            id,
            before is null ? "added"
                : after is null ? "removed"
                : "changed",
            [
                .. old
                    .Keys.Union(changed.Keys)
                    .Select(member => new MemberChange(
                        member,
                        old.GetValueOrDefault(member),
                        changed.GetValueOrDefault(member)
                    ))
                    .Where(change => change.Before != change.After),
            ]
        );
    }

    // The values by path. A list of dated prices has the dates in the paths, so that a new one moves no other.
    private static Dictionary<string, string> MembersOf(JsonNode? entry)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(entry, "");
        return members;

        void Add(JsonNode? node, string path)
        {
            switch (node)
            {
                case null:
                    break;
                case JsonObject { Count: 0 }:
                    members[path] = "{}";
                    break;
                case JsonObject nested:
                    foreach (var (name, value) in nested)
                    {
                        Add(value, path.Length == 0 ? name : $"{path}.{name}");
                    }
                    break;
                case JsonArray list when list is [JsonObject, ..]:
                    foreach (var item in list)
                    {
                        Add(item, $"{path}[{item![Date]}]");
                    }
                    break;
                case JsonArray list:
                    members[path] = string.Join(", ", list.Select(item => $"{item}"));
                    break;
                default:
                    members[path] = $"{node}";
                    break;
            }
        }
    }
}
