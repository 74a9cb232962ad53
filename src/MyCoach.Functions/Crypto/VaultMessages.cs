using System.Text.Json;
using System.Text.Json.Serialization;

namespace MyCoach.Crypto;

// Classes and not records, because ToString of a record would reveal the members.
internal sealed class VaultOperation(string alg, string value)
{
    public string Alg => alg;
    public string Value => value;
}

internal sealed class VaultAnswer(VaultKeyBody? key, string? value, VaultError? error)
{
    public VaultKeyBody? Key => key;
    public string? Value => value;
    public VaultError? Error => error;
}

internal sealed record VaultKeyBody(string? Kid);

internal sealed record VaultError(string? Code, [property: JsonPropertyName("innererror")] VaultError? Inner);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(VaultAnswer))]
[JsonSerializable(typeof(VaultOperation))]
internal sealed partial class VaultJson : JsonSerializerContext;
