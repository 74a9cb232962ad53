using System.Text.Json.Serialization;
using MyCoach.Providers;

namespace MyCoach.Catalogue;

/// <summary>A model of the catalogue with its dated prices, oldest first.</summary>
internal sealed record Model(
    string Id,
    [property: JsonPropertyName("provider")] string ProviderId,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<DatedPrice> Prices,
    int? MaxInputTokens = null,
    int? MaxOutputTokens = null
)
{
    public const string Chat = "chat";
    public const string Embedding = "embedding";
    public const string Moderation = "moderation";

    /// <summary>
    /// What the model is for: <see cref="Chat"/>, <see cref="Embedding"/> or <see cref="Moderation"/>, which is free.
    /// </summary>
    public string Kind
    {
        get => field ?? Chat;
        init;
    }

    /// <summary>From when on the provider refuses calls to the model, past or future; null if it has not said.</summary>
    public DateOnly? RetiresOn { get; init; }

    /// <summary>Where the provider states the retirement.</summary>
    public string? RetirementSource { get; init; }

    /// <summary>Whether the model searches the web in every call, as OpenAI's search models for chat do.</summary>
    public bool AlwaysSearches { get; init; }

    /// <summary>The id of the model that a fine-tuned one comes from; the own id of any other.</summary>
    [JsonIgnore]
    public string BaseId
    {
        get => field ?? Id;
        init;
    }

    [JsonIgnore]
    public Provider Provider => Provider.Find(ProviderId)!;

    public bool IsRetired(DateOnly day) => RetiresOn <= day;

    /// <summary>The price that applies on a day; the first known price for any earlier day.</summary>
    public DatedPrice PriceOn(DateOnly day) => Prices.LastOrDefault(price => price.EffectiveFrom <= day) ?? Prices[0];

    /// <summary>The model with prices that no source confirms.</summary>
    public Model Unconfirmed() => this with { Prices = [.. Prices.Select(price => price with { Confirmed = false })] };

    /// <summary>A fine-tuned version of this model; null if no source states what one costs.</summary>
    /// <param name="id">The id of the version, such as <c>ft:gpt-4o-2024-08-06:acme::abc</c>.</param>
    public Model? FineTunedAs(string id)
    {
        DatedPrice[] prices = [.. Prices.Select(price => price.FineTuned?.From(price)).OfType<DatedPrice>()];
        return prices.Length == 0 ? null : this with { Id = id, BaseId = Id, Aliases = [], Prices = prices };
    }
}
