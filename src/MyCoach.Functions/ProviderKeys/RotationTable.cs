using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.ProviderKeys;

/// <summary>Stores the state of the last rotation in the table of the data keys. The row belongs to no user.</summary>
internal sealed class RotationTable(TableSource source)
{
    private const string Partition = "rotation";
    private const string RowKey = "state";

    private readonly LazyTable table = source.Table("DataKeys");

    /// <summary>Null if there has been no rotation.</summary>
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
                OpenPass = row.GetInt64("OpenWaiting") is { } waiting
                    ? new RotationPass(row.GetInt64("OpenReplaced")!.Value, row.GetInt64("OpenFailed")!.Value, waiting)
                    : null,
                ETag = row.ETag,
            }
            : null;

    /// <summary>Null if another write came first.</summary>
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
            ["OpenReplaced"] = state.OpenPass?.Replaced,
            ["OpenFailed"] = state.OpenPass?.Failed,
            ["OpenWaiting"] = state.OpenPass?.Waiting,
        };
        return await table.TryWriteAsync(row, state.ETag, cancellation) is { } written
            ? state with
            {
                ETag = written,
            }
            : null;
    }

    /// <summary>
    /// Adds what a run did to a rotation, on top of what other instances add. Null if another rotation has started.
    /// </summary>
    /// <param name="replaced">The number of rows that this run has re-encrypted.</param>
    /// <param name="pass">The pass, with what earlier runs found in it.</param>
    /// <param name="finishedAt">Set if no rows are left.</param>
    public async Task<RotationState?> AddAsync(
        RotationState state,
        long replaced,
        RotationPass pass,
        bool isComplete,
        DateTimeOffset? finishedAt,
        CancellationToken cancellation
    )
    {
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var updated = state with
            {
                Passes = state.Passes + (isComplete ? 1 : 0),
                Replaced = state.Replaced + replaced,
                Failed = pass.Failed,
                OpenPass = isComplete ? null : pass,
                FinishedAt = state.FinishedAt ?? finishedAt,
            };
            if (await TryWriteAsync(updated, cancellation) is { } written)
            {
                return written;
            }
            if (await FindAsync(cancellation) is not { } stored || stored.DataKeyId != state.DataKeyId)
            {
                return null;
            }
            state = stored;
        }
    }
}
