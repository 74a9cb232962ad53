using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Usage;

/// <summary>How far the removal of old events is: one row, which belongs to no user.</summary>
/// <param name="Through">The last month, as in keys, whose events go.</param>
/// <param name="From">The partition at which to go on; null: all are done.</param>
internal sealed record RetentionProgress(string Through, string? From);

internal sealed class RetentionTable(TableSource source)
{
    private const string Partition = "retention";
    private const string RowKey = "progress";

    private readonly LazyTable table = source.Table("Retention");

    /// <summary>Null where nothing was removed yet.</summary>
    public async Task<RetentionProgress?> FindAsync(CancellationToken cancellation) =>
        await table.FindAsync(Partition, RowKey, cancellation) is { } row
            ? new RetentionProgress(row.GetString(nameof(RetentionProgress.Through)), row.GetString(nameof(RetentionProgress.From)))
            : null;

    public Task WriteAsync(RetentionProgress progress, CancellationToken cancellation) =>
        table.WriteAsync(
            new TableEntity(Partition, RowKey)
            {
                [nameof(RetentionProgress.Through)] = progress.Through,
                [nameof(RetentionProgress.From)] = progress.From,
            },
            cancellation
        );
}
