using System.Text.Json;
using System.Text.Json.Serialization;

namespace MyCoach.Health;

/// <summary>The state of the service and of each dependency: <c>ok</c> or <c>unavailable</c>.</summary>
public sealed record HealthView(string Status, string Storage, string Encryption);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(HealthView))]
internal sealed partial class HealthJson : JsonSerializerContext;
