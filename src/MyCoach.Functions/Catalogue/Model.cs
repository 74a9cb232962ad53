using System.Text.Json.Serialization;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>A model of the catalogue, with what it cost when.</summary>
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

    /// <summary>The price in force on a day; before the first known one, the first.</summary>
    public DatedPrice PriceOn(DateOnly day) => Prices.LastOrDefault(price => price.EffectiveFrom <= day) ?? Prices[0];
}

/// <summary>Prices in cents per million tokens. A cache rate that no source states is null.</summary>
internal record Rates(decimal Input, decimal Output, decimal? CachedInput, decimal? CacheWrite, decimal? CacheWrite1h)
{
    public Rates Multiply(decimal times) => new(Input * times, Output * times, CachedInput * times, CacheWrite * times, CacheWrite1h * times);
}

/// <param name="Tiers">What is known of the provider's service tiers, by name.</param>
/// <param name="Speeds">The same of its speeds.</param>
/// <param name="Geographies">The same of where a call can be kept to.</param>
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
    /// <summary>The rates of a request with this much input, cached tokens included: beyond the threshold the whole request costs more.</summary>
    public Rates For(long inputTokens) => LongContext is { } dearer && inputTokens > dearer.AboveInputTokens ? dearer : this;

    // OpenAI renamed its priority tier to fast, and takes and tells both names.
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

/// <param name="Betas">The features that Anthropic lets requests try by name, of which it is known that they cost nothing of their own.</param>
internal sealed record ModelList(IReadOnlyList<Model> Models, IReadOnlyList<Tool> Tools, IReadOnlyList<string> Betas);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ModelList))]
internal sealed partial class CatalogueJson : JsonSerializerContext;
