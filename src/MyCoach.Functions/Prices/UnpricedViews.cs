using MyCoach.Catalogue;
using MyCoach.Http;

namespace MyCoach.Prices;

/// <summary>A model whose calls have no price.</summary>
/// <param name="Model">As summaries name it; <c>other</c> for names beyond those that a month has totals for.</param>
/// <param name="Requests">How many calls have no price.</param>
/// <param name="Users">How many users made them.</param>
internal sealed record UnpricedModelView(
    [property: ProviderName] string Provider,
    string Model,
    long Requests,
    long Users
);

/// <param name="IsComplete">False if there were too many rows to read in time, so that the counts are too low.</param>
internal sealed record UnpricedModelList(string Month, IReadOnlyList<UnpricedModelView> Models, bool IsComplete);

/// <summary>What the operator's feed proposes, and what it would change in the price book in force.</summary>
/// <param name="FetchedAt">When the feed was read last; null if it never was.</param>
/// <param name="Error">Why it could not be read; null if it could.</param>
internal sealed record PriceProposalView(
    DateTimeOffset? FetchedAt,
    string? Error,
    IReadOnlyList<Model> Models,
    IReadOnlyList<Tool> Tools,
    IReadOnlyList<ImageModel> ImageModels,
    IReadOnlyList<PriceChange> Changes
);
