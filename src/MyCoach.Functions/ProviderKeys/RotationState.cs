using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;

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

internal sealed class RotationTable(TableSource source)
{
    private const string Partition = "rotation";
    private const string RowKey = "state";

    private readonly LazyTable table = source.Table("DataKeys");

    /// <summary>Null where there was none yet.</summary>
    public async Task<RotationState?> FindAsync(CancellationToken cancellation) =>
        await table.FindAsync(Partition, RowKey, cancellation) is { } row
            ? new RotationState(
                row.GetString(nameof(RotationState.DataKeyId)),
                row.GetDateTimeOffset(nameof(RotationState.StartedAt))!.Value,
                row.GetInt64(nameof(RotationState.Passes))!.Value,
                row.GetInt64(nameof(RotationState.Replaced))!.Value,
                row.GetInt64(nameof(RotationState.Failed))!.Value,
                row.GetDateTimeOffset(nameof(RotationState.FinishedAt))
            )
            {
                ETag = row.ETag,
            }
            : null;

    /// <summary>Null where somebody else was faster.</summary>
    public async Task<RotationState?> TryWriteAsync(RotationState state, CancellationToken cancellation)
    {
        var row = new TableEntity(Partition, RowKey)
        {
            [nameof(state.DataKeyId)] = state.DataKeyId,
            [nameof(state.StartedAt)] = state.StartedAt,
            [nameof(state.Passes)] = state.Passes,
            [nameof(state.Replaced)] = state.Replaced,
            [nameof(state.Failed)] = state.Failed,
            [nameof(state.FinishedAt)] = state.FinishedAt,
        };
        return await table.TryWriteAsync(row, state.ETag, cancellation) is { } written ? state with { ETag = written } : null;
    }
}
