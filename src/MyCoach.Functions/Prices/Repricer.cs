using MyCoach.Catalogue;
using MyCoach.Ledger;

namespace MyCoach.Prices;

/// <summary>Prices events again, by the version of a job.</summary>
internal sealed class Repricer(RepricingJob job, ModelCatalogue catalogue, DateTimeOffset now)
{
    private readonly Pricing pricing = new(catalogue);

    /// <summary>Whether the job is about the event. An event that its user deleted costs nothing in any version.</summary>
    public bool Concerns(UsageEvent usageEvent) =>
        usageEvent.DeletedAt is null
        && DateOnly.FromDateTime(usageEvent.CreatedAt.UtcDateTime) >= job.From
        && (job.Models.Count == 0 || job.Models.Contains(NameOf(usageEvent)));

    /// <summary>The model as the price book names it, or else as the event does.</summary>
    public string NameOf(UsageEvent usageEvent) =>
        (
            catalogue.Find(usageEvent.Provider, usageEvent.Model)
            ?? (usageEvent.RequestedModel is { } asked ? catalogue.Find(usageEvent.Provider, asked) : null)
        )?.BaseId
        ?? usageEvent.Model;

    /// <summary>
    /// Whether the price can be computed again. It cannot if the usage is unknown, so that the event costs what was held
    /// for it, or if the terms that decided its price are unknown.
    /// </summary>
    public static bool CanReprice(UsageEvent usageEvent) =>
        usageEvent is { Expired: false, Terms.IsUnknown: false, Receipt: null or { IsHeld: false } };

    /// <summary>The event with an adjustment to the job's prices; null if it has their cost, or they have no price.</summary>
    public UsageEvent? Reprice(UsageEvent usageEvent)
    {
        if (!Concerns(usageEvent) || !CanReprice(usageEvent))
        {
            return null;
        }
        var receipt = pricing.Price(
            usageEvent.Provider,
            usageEvent.Model,
            usageEvent.Tokens,
            usageEvent.CreatedAt,
            usageEvent.Terms,
            usageEvent.RequestedModel
        );
        return receipt is null || (receipt.Total == usageEvent.Cost && usageEvent.Priced)
            ? null
            : usageEvent.With(
                new Adjustment(Adjustment.Repriced, now, receipt.Total - usageEvent.Cost, catalogue.Version)
            ) with
            {
                Repriced = receipt,
            };
    }

    /// <summary>
    /// By how much the job changes the event, whether it has done so already or not. Null if it does not change it.
    /// </summary>
    public PicoUsd? DifferenceOf(UsageEvent usageEvent)
    {
        var done = usageEvent
            .Adjustments.Where(adjustment =>
                adjustment.Reason == Adjustment.Repriced
                && adjustment.PriceVersion == job.Version
                && adjustment.At >= job.StartedAt
            )
            .ToArray();
        var open = Reprice(usageEvent)?.Adjustments[^1].Difference;
        return done.Length == 0
            ? open
            : done.Aggregate(open ?? PicoUsd.Zero, (sum, adjustment) => sum + adjustment.Difference);
    }
}
