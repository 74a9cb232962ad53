using System.Text.Json;

namespace MyCoach.Catalogue;

/// <summary>The prices that the program brings: JSON files in <c>Catalogue/Prices</c>, which it embeds.</summary>
internal static class PriceFiles
{
    public static readonly IReadOnlyList<string> Names = ["anthropic.json", "openai.json", "tools.json", "betas.json"];

    /// <summary>The lists of all files together.</summary>
    public static ModelList Read()
    {
        var parts = Names.Select(Read).ToArray();
        return new ModelList(
            [.. parts.SelectMany(part => part.Models ?? [])],
            [.. parts.SelectMany(part => part.Tools ?? [])],
            [.. parts.SelectMany(part => part.ImageModels ?? [])],
            [.. parts.SelectMany(part => part.Betas ?? [])]
        );
    }

    private static PricePart Read(string name)
    {
        using var file = typeof(PriceFiles).Assembly.GetManifestResourceStream(name)!;
        return JsonSerializer.Deserialize(file, CatalogueJson.Default.PricePart)!;
    }
}

/// <summary>What one file has; each list may be absent.</summary>
internal sealed record PricePart(
    IReadOnlyList<Model>? Models = null,
    IReadOnlyList<Tool>? Tools = null,
    IReadOnlyList<ImageModel>? ImageModels = null,
    IReadOnlyList<BetaFamily>? Betas = null
);
