using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MyCoach.Health;

/// <summary>The state of the service and of each dependency: <c>ok</c> or <c>unavailable</c>.</summary>
public sealed record HealthView(
    [property: AllowedValues("ok", "unavailable")] string Status,
    [property: AllowedValues("ok", "unavailable")] string Storage,
    [property: AllowedValues("ok", "unavailable")] string Encryption
);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HealthView))]
internal sealed partial class HealthJson : JsonSerializerContext;
