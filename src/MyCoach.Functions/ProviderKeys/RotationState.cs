using Azure;

namespace MyCoach.ProviderKeys;

/// <summary>The progress of a rotation.</summary>
/// <param name="DataKeyId">The data key that all rows move to.</param>
/// <param name="Replaced">The number of rows re-encrypted so far.</param>
/// <param name="Failed">The number of rows in the last pass that do not decrypt.</param>
internal sealed record RotationState(
    string DataKeyId,
    DateTimeOffset StartedAt,
    long Passes,
    long Replaced,
    long Failed,
    DateTimeOffset? FinishedAt
)
{
    /// <summary>What a pass has found so far that ran out of time; null if the last pass is complete.</summary>
    public RotationPass? OpenPass { get; init; }

    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    public static RotationState Begin(string dataKeyId, DateTimeOffset now) =>
        new(dataKeyId, now, Passes: 0, Replaced: 0, Failed: 0, FinishedAt: null);
}
