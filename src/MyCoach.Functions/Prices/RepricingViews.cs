using System.ComponentModel.DataAnnotations;
using Azure.Data.Tables;
using MyCoach.Http;
using MyCoach.Storage;

namespace MyCoach.Prices;

/// <summary>An order to price recorded calls again.</summary>
/// <param name="PriceVersion">The version of the price book that has the prices.</param>
/// <param name="Models">The ids of the models; empty for all.</param>
/// <param name="Months">How many months of users the timer has worked through.</param>
/// <param name="FailedMonths">How many of them failed. The timer tries them up to five times.</param>
internal sealed record RepricingView(
    string Id,
    DateOnly From,
    IReadOnlyList<string> Models,
    long PriceVersion,
    bool DryRun,
    [property: AllowedValues(RepricingJob.Running, RepricingJob.Finished, RepricingJob.Stopped)] string Status,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    long Months,
    long FailedMonths
)
{
    public static RepricingView Of(RepricingJob job) =>
        new(
            job.Id,
            job.From,
            job.Models,
            job.Version,
            job.IsDryRun,
            job.Status,
            job.StartedAt,
            job.FinishedAt,
            job.Months,
            job.FailedMonths
        );
}

/// <summary>What the job changes, or would change, in a user's calls of one model in a month.</summary>
/// <param name="Changed">How many calls change their cost.</param>
/// <param name="Skipped">How many calls cannot be priced again, because their usage is not known.</param>
/// <param name="DifferenceUsd">Dollars that the cost changes by, exact; negative if it falls.</param>
internal sealed record RepricedUsageView(
    string UserId,
    string Month,
    [property: ProviderName] string Provider,
    string Model,
    long Changed,
    long Skipped,
    decimal DifferenceUsd
)
{
    public static RepricedUsageView Of(TableEntity row)
    {
        var (month, model) = RepricedModel.Read(row);
        return new(
            KeyEncoding.Decode(row.PartitionKey),
            $"{month}",
            model.Provider.Id,
            model.Model,
            model.Changed,
            model.Skipped,
            model.Difference.Usd
        );
    }
}

internal sealed record RepricedUsageList(IReadOnlyList<RepricedUsageView> Changes, string? NextCursor);
