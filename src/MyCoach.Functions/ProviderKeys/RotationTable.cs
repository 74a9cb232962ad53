using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.ProviderKeys;

/// <summary>How the rotation stands, beside the data keys, which belong to no user.</summary>
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

    /// <summary>Adds a pass to a rotation, whatever other instances that are at it have added. Null where the next rotation has begun.</summary>
    /// <param name="finishedAt">Where nothing is left to do.</param>
    public async Task<RotationState?> NoteAsync(
        RotationState state,
        int replaced,
        int failed,
        DateTimeOffset? finishedAt,
        CancellationToken cancellation
    )
    {
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var noted = state with
            {
                Passes = state.Passes + 1,
                Replaced = state.Replaced + replaced,
                Failed = failed,
                FinishedAt = state.FinishedAt ?? finishedAt,
            };
            if (await TryWriteAsync(noted, cancellation) is { } written)
            {
                return written;
            }
            if (await FindAsync(cancellation) is not { } others || others.DataKeyId != state.DataKeyId)
            {
                return null;
            }
            state = others;
        }
    }
}
