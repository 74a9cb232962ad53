using MyCoach.Catalogue;

namespace MyCoach.Prices;

/// <summary>What the feed said when it was read last.</summary>
/// <param name="Corrections">Null if it could not be read.</param>
/// <param name="Error">Why it could not be read; null if it could.</param>
internal sealed record PriceProposal(DateTimeOffset FetchedAt, PriceCorrections? Corrections, string? Error);
