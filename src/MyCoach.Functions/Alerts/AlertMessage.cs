using System.Text.Json;
using System.Text.Json.Serialization;
using MyCoach.Http;

namespace MyCoach.Alerts;

/// <summary>
/// The body sent to the receiver. <see cref="Data"/> describes the threshold as it was crossed, so every attempt sends
/// the same.
/// </summary>
internal sealed record AlertMessage(
    string Type,
    [property: JsonConverter(typeof(WireTime))] DateTimeOffset Timestamp,
    AlertData Data
);

internal sealed record AlertData(
    string UserId,
    string Month,
    int ThresholdPercent,
    long BudgetCents,
    decimal SpentUsd,
    [property: JsonConverter(typeof(WireTime))] DateTimeOffset CrossedAt
);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AlertMessage))]
internal sealed partial class AlertJson : JsonSerializerContext;
