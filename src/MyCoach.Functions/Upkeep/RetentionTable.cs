using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Upkeep;

/// <summary>How far old events are removed, and when other rows were last. Its rows belong to no user.</summary>
internal sealed class RetentionTable(TableSource source)
{
    private const string Partition = "retention";
    private const string RowKey = "progress";

    private readonly LazyTable table = source.Table("Retention");

    public async Task<RetentionState> FindAsync(CancellationToken cancellation) =>
        await table.FindAsync(Partition, RowKey, cancellation) is { } row
            ? new RetentionState(
                row.GetString(nameof(RetentionState.Through)),
                row.GetString(nameof(RetentionState.Scanning)),
                row.GetBoolean(nameof(RetentionState.HasLeftovers)) ?? false
            )
            : RetentionState.None;

    public Task WriteAsync(RetentionState state, CancellationToken cancellation) =>
        table.WriteAsync(
            new TableEntity(Partition, RowKey)
            {
                [nameof(state.Through)] = state.Through,
                [nameof(state.Scanning)] = state.Scanning,
                [nameof(state.HasLeftovers)] = state.HasLeftovers,
            },
            cancellation
        );

    /// <summary>When a daily scan was last complete; null if it never was.</summary>
    public async Task<DateTimeOffset?> FindScanAsync(string step, CancellationToken cancellation) =>
        (await table.FindAsync(Partition, step, cancellation))?.GetDateTimeOffset("ScannedAt");

    public Task WriteScanAsync(string step, DateTimeOffset at, CancellationToken cancellation) =>
        table.WriteAsync(new TableEntity(Partition, step) { ["ScannedAt"] = at }, cancellation);
}
