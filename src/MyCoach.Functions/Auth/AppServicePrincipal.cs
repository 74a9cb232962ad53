using System.Text.Json.Serialization;

namespace MyCoach.Auth;

/// <summary>The JSON in <c>X-MS-CLIENT-PRINCIPAL</c>; other members are ignored.</summary>
internal sealed record AppServicePrincipal(
    [property: JsonPropertyName("claims")] IReadOnlyList<AppServiceClaim>? Claims
);

internal sealed record AppServiceClaim(
    [property: JsonPropertyName("typ")] string? Type,
    [property: JsonPropertyName("val")] string? Value
);

[JsonSerializable(typeof(AppServicePrincipal))]
internal sealed partial class PrincipalJson : JsonSerializerContext;
