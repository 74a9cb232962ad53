using System.Text.Json.Serialization;

namespace MyCoach.Catalogue;

/// <param name="Betas">Anthropic's beta features that are known to cost nothing extra.</param>
internal sealed record ModelList(
    IReadOnlyList<Model> Models,
    IReadOnlyList<Tool> Tools,
    IReadOnlyList<ImageModel> ImageModels,
    IReadOnlyList<string> Betas
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow
)]
[JsonSerializable(typeof(ModelList))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
