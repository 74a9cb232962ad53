using Azure;

namespace MyCoach.ProviderKeys;

/// <summary>How far the rows are on their way to the current data key.</summary>
/// <param name="DataKeyId">The one that they go to.</param>
/// <param name="Replaced">Rows that were encrypted anew.</param>
/// <param name="Failed">Rows of the last pass that could not be, because they do not decrypt.</param>
internal sealed record RotationState(string DataKeyId, DateTimeOffset StartedAt, long Passes, long Replaced, long Failed, DateTimeOffset? FinishedAt)
{
    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }

    public static RotationState Begin(string dataKeyId, DateTimeOffset now) =>
        new(dataKeyId, now, Passes: 0, Replaced: 0, Failed: 0, FinishedAt: null);
}
