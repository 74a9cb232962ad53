using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Upkeep;

/// <summary>Up to which month, as in keys, old events are removed: one row, which belongs to no user.</summary>
internal sealed class RetentionTable(TableSource source)
{
    private const string Partition = "retention";
    private const string RowKey = "progress";
    private const string Through = "Through";

    private readonly LazyTable table = source.Table("Retention");

    /// <summary>Null where nothing was removed yet.</summary>
    public async Task<string?> FindAsync(CancellationToken cancellation) =>
        (await table.FindAsync(Partition, RowKey, cancellation))?.GetString(Through);

    public Task WriteAsync(string through, CancellationToken cancellation) =>
        table.WriteAsync(new TableEntity(Partition, RowKey) { [Through] = through }, cancellation);
}
