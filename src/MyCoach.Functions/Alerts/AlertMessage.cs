using System.Text.Json;
using System.Text.Json.Serialization;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Storage;
using MyCoach.Users;

namespace MyCoach.Alerts;

/// <summary>
/// The body sent to the receiver. <see cref="Data"/> describes what happened when the alert was raised, so every attempt
/// sends the same.
/// </summary>
internal sealed record AlertMessage<TData>(
    string Type,
    [property: JsonConverter(typeof(WireTime))] DateTimeOffset Timestamp,
    TData Data
);

internal sealed record ThresholdData(
    string UserId,
    string Month,
    int ThresholdPercent,
    long BudgetCents,
    decimal SpentUsd,
    [property: JsonConverter(typeof(WireTime))] DateTimeOffset CrossedAt
);

internal sealed record RetirementData(string UserId, string Model, DateOnly RetiresOn, IReadOnlyList<string> ChosenBy);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(AlertMessage<ThresholdData>))]
[JsonSerializable(typeof(AlertMessage<RetirementData>))]
internal sealed partial class AlertJson : JsonSerializerContext
{
    /// <summary>The message about an alert of a user-month.</summary>
    public static string Write(UserId user, Month month, Alert alert) =>
        alert switch
        {
            ThresholdAlert threshold => JsonSerializer.Serialize(
                new AlertMessage<ThresholdData>(
                    "budget.threshold_crossed",
                    threshold.CrossedAt,
                    new ThresholdData(
                        user.Value,
                        month.ToString(),
                        threshold.Percent,
                        threshold.BudgetCents,
                        threshold.Spent.Usd,
                        threshold.CrossedAt
                    )
                ),
                Default.AlertMessageThresholdData
            ),
            RetirementAlert retirement => JsonSerializer.Serialize(
                new AlertMessage<RetirementData>(
                    "model.retiring",
                    retirement.RaisedAt,
                    new RetirementData(user.Value, retirement.Model, retirement.RetiresOn, retirement.ChosenBy)
                ),
                Default.AlertMessageRetirementData
            ),
            _ => throw new InvalidOperationException($"No message for {alert.GetType().Name}."),
        };
}
