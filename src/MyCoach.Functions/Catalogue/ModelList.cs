using System.Text.Json.Serialization;

namespace MyCoach.Catalogue;

internal sealed record ModelList(
    IReadOnlyList<Model> Models,
    IReadOnlyList<Tool> Tools,
    IReadOnlyList<ImageModel> ImageModels,
    IReadOnlyList<BetaFamily> Betas
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(PriceCorrections))]
[JsonSerializable(typeof(PricePart))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
