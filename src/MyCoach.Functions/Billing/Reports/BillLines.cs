using System.Text.Json;
using System.Text.Json.Serialization;
using MyCoach.Catalogue;

namespace MyCoach.Billing;

/// <summary>What a provider's usage report counts: tokens of a kind, calls, or uses of a tool.</summary>
/// <param name="Model">As the provider names it; null for a tool that is not reported by model.</param>
/// <param name="KeyId">The provider's id of the key; null if the use is of no key.</param>
/// <param name="Group">The project or workspace; null for the default one.</param>
/// <param name="Kind">A kind of charge (<see cref="Charge"/>), or <see cref="Requests"/>.</param>
/// <param name="IsFree">Whether the provider charges nothing for it, such as for shared data.</param>
/// <param name="Terms">The tier and the size of the context, where they decide the price; null if they are not reported.</param>
internal sealed record UsageLine(
    string? Model,
    string? KeyId,
    string? Group,
    string Kind,
    long Count,
    bool IsFree = false,
    string? Terms = null
)
{
    public const string Requests = "requests";
}

/// <summary>An amount on a provider's bill.</summary>
/// <param name="Label">The provider's name of the line.</param>
/// <param name="Model">Null for what is not charged by model.</param>
/// <param name="Kind">A kind of charge; null if the label names none that MyCoach knows.</param>
/// <param name="KeyId">The provider's id of the key; null if the bill does not say whose it is.</param>
/// <param name="Group">The project or workspace; null for the default one.</param>
/// <param name="Count">Tokens or uses; null if the bill does not say.</param>
/// <param name="List">The amount at list prices; null if the bill does not say.</param>
/// <param name="Terms">As in the usage.</param>
internal sealed record CostLine(
    string Label,
    string? Model,
    string? Kind,
    string? KeyId,
    string? Group,
    long? Count,
    PicoUsd Amount,
    PicoUsd? List = null,
    string? Terms = null
);

/// <summary>What a provider reports of one day in UTC.</summary>
/// <param name="HasRequests">Whether the usage counts calls.</param>
/// <param name="HasKeys">Whether the costs name keys. Otherwise they are derived from the usage.</param>
internal sealed record BillLines(
    IReadOnlyList<UsageLine> Usage,
    IReadOnlyList<CostLine> Costs,
    bool HasRequests,
    bool HasKeys
)
{
    /// <summary>The same with the use of all keys but these as of no key, which takes fewer lines.</summary>
    public BillLines Condense(IReadOnlyCollection<string> keys)
    {
        return this with
        {
            Usage =
            [
                .. Usage
                    .GroupBy(line => line with { KeyId = Kept(line.KeyId), Count = 0 })
                    .Select(same => same.Key with { Count = same.Sum(line => line.Count) }),
            ],
            Costs =
            [
                .. Costs
                    .GroupBy(line =>
                        line with
                        {
                            KeyId = Kept(line.KeyId),
                            Count = line.Count is null ? null : 0,
                            Amount = default,
                            List = line.List is null ? null : PicoUsd.Zero,
                        }
                    )
                    .Select(same =>
                        same.Key with
                        {
                            Count = same.Key.Count is null ? null : same.Sum(line => line.Count),
                            Amount = same.Aggregate(PicoUsd.Zero, (sum, line) => sum + line.Amount),
                            List = same.Key.List is null
                                ? null
                                : same.Aggregate(PicoUsd.Zero, (sum, line) => sum + line.List!.Value),
                        }
                    ),
            ],
        };

        string? Kept(string? key) => key is not null && keys.Contains(key) ? key : null;
    }

    public string Write() => JsonSerializer.Serialize(this, BillLinesJson.Default.BillLines);

    public static BillLines Read(string text) => JsonSerializer.Deserialize(text, BillLinesJson.Default.BillLines)!;
}

/// <summary>An amount as text, because a JSON number is not exact enough for others who read the rows.</summary>
internal sealed class PicoUsdText : JsonConverter<PicoUsd>
{
    public override PicoUsd Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        PicoUsd.Parse(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, PicoUsd value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    Converters = [typeof(PicoUsdText)]
)]
[JsonSerializable(typeof(BillLines))]
internal sealed partial class BillLinesJson : JsonSerializerContext;
