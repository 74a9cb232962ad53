using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace MyCoach.Prices;

/// <summary>An operator's order to price recorded calls again.</summary>
/// <param name="From">The first day, in UTC, whose calls are priced again.</param>
/// <param name="Models">The ids of the models whose calls are priced again; empty for all.</param>
/// <param name="Version">The version of the price book that has the prices.</param>
/// <param name="IsDryRun">Whether it only finds out what would change.</param>
/// <param name="Months">How many user-months the timer has worked through.</param>
/// <param name="FailedMonths">How many of them failed, so that the timer works through all of them once more.</param>
/// <param name="Passes">How often the timer has reached the last month.</param>
internal sealed record RepricingJob(
    string Id,
    DateOnly From,
    IReadOnlyList<string> Models,
    long Version,
    bool IsDryRun,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string Status,
    long Months,
    long FailedMonths = 0,
    long Passes = 0
)
{
    public const string Running = "running";
    public const string Finished = "finished";
    public const string Stopped = "stopped";

    private const string DayFormat = "yyyy-MM-dd";

    public ETag? ETag { get; init; }

    public bool IsRunning => Status == Running;

    /// <summary>Whether the operator repeats the same order.</summary>
    public bool IsSameOrderAs(RepricingJob other) =>
        (From, Version, IsDryRun) == (other.From, other.Version, other.IsDryRun)
        && Models.Order(StringComparer.Ordinal).SequenceEqual(other.Models.Order(StringComparer.Ordinal));

    public TableEntity Write(string partition, string rowKey) =>
        new(partition, rowKey)
        {
            [nameof(Id)] = Id,
            [nameof(From)] = From.ToString(DayFormat, CultureInfo.InvariantCulture),
            [nameof(Models)] = string.Join('\n', Models),
            [nameof(Version)] = Version,
            [nameof(IsDryRun)] = IsDryRun,
            [nameof(StartedAt)] = StartedAt,
            [nameof(FinishedAt)] = FinishedAt,
            [nameof(Status)] = Status,
            [nameof(Months)] = Months,
            [nameof(FailedMonths)] = FailedMonths,
            [nameof(Passes)] = Passes,
        };

    public static RepricingJob Read(TableEntity row) =>
        new(
            row.GetString(nameof(Id)),
            DateOnly.ParseExact(row.GetString(nameof(From)), DayFormat, CultureInfo.InvariantCulture),
            row.GetString(nameof(Models)).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            row.GetInt64(nameof(Version))!.Value,
            row.GetBoolean(nameof(IsDryRun))!.Value,
            row.GetDateTimeOffset(nameof(StartedAt))!.Value,
            row.GetDateTimeOffset(nameof(FinishedAt)),
            row.GetString(nameof(Status)),
            row.GetInt64(nameof(Months))!.Value,
            row.GetInt64(nameof(FailedMonths))!.Value,
            row.GetInt64(nameof(Passes))!.Value
        )
        {
            ETag = row.ETag,
        };
}
