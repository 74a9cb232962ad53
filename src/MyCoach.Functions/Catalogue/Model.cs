using System.Text.Json.Serialization;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>A model of the catalogue with its dated prices, oldest first.</summary>
internal sealed record Model(
    string Id,
    [property: JsonPropertyName("provider")] string ProviderId,
    IReadOnlyList<string> Aliases,
    int? MaxInputTokens,
    int? MaxOutputTokens,
    IReadOnlyList<DatedPrice> Prices
)
{
    [JsonIgnore]
    public Provider Provider => Provider.Find(ProviderId)!;

    /// <summary>The price that applies on a day; the first known price for any earlier day.</summary>
    public DatedPrice PriceOn(DateOnly day) => Prices.LastOrDefault(price => price.EffectiveFrom <= day) ?? Prices[0];
}

/// <summary>Rates in cents per million tokens. A cache rate is null if no source states it.</summary>
internal record Rates(decimal Input, decimal Output, decimal? CachedInput, decimal? CacheWrite, decimal? CacheWrite1h)
{
    public Rates Multiply(decimal times) => new(Input * times, Output * times, CachedInput * times, CacheWrite * times, CacheWrite1h * times);
}

/// <param name="Tiers">How the provider's service tiers change the rates, by name.</param>
/// <param name="Speeds">How its speeds change the rates, by name.</param>
/// <param name="Geographies">How restricting a call to a geography changes the rates, by name.</param>
internal sealed record DatedPrice(
    DateOnly EffectiveFrom,
    string Source,
    decimal Input,
    decimal Output,
    decimal? CachedInput,
    decimal? CacheWrite,
    decimal? CacheWrite1h,
    LongContext? LongContext,
    IReadOnlyDictionary<string, RateTerm>? Tiers,
    IReadOnlyDictionary<string, RateTerm>? Speeds,
    IReadOnlyDictionary<string, RateTerm>? Geographies
) : Rates(Input, Output, CachedInput, CacheWrite, CacheWrite1h)
{
    /// <summary>The rates for this much input, cached tokens included. Above the threshold, the whole request costs the long-context rates.</summary>
    public Rates For(long inputTokens) => LongContext is { } longer && inputTokens > longer.AboveInputTokens ? longer : this;

    // OpenAI renamed its priority tier to fast, and still uses both names in requests and answers.
    public RateTerm? Tier(string name) => Tiers?.GetValueOrDefault(name == "fast" ? "priority" : name);

    public RateTerm? Speed(string name) => Speeds?.GetValueOrDefault(name);

    public RateTerm? Geography(string name) => Geographies?.GetValueOrDefault(name);
}

internal sealed record LongContext(
    long AboveInputTokens,
    decimal Input,
    decimal Output,
    decimal? CachedInput,
    decimal? CacheWrite,
    decimal? CacheWrite1h
) : Rates(Input, Output, CachedInput, CacheWrite, CacheWrite1h);

/// <param name="Betas">Anthropic's beta features that are known to cost nothing extra.</param>
internal sealed record ModelList(IReadOnlyList<Model> Models, IReadOnlyList<Tool> Tools, IReadOnlyList<string> Betas);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelList))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
