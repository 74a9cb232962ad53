using System.Text.Json;
using System.Text.Json.Serialization;

namespace MyCoach.Gateway;

internal sealed record AnthropicError(string Type, AnthropicErrorDetail Error);

internal sealed record AnthropicErrorDetail(string Type, string Message);

internal sealed record OpenAiError(OpenAiErrorDetail Error);

internal sealed record OpenAiErrorDetail(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    string Code
);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AnthropicError))]
[JsonSerializable(typeof(OpenAiError))]
internal sealed partial class ProviderErrorJson : JsonSerializerContext;
