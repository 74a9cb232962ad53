using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Upkeep;

/// <summary>The month (<c>yyyyMM</c>) up to which old events are removed. One row, which belongs to no user.</summary>
internal sealed class RetentionTable(TableSource source)
{
    private const string Partition = "retention";
    private const string RowKey = "progress";
    private const string Through = "Through";

    private readonly LazyTable table = source.Table("Retention");

    /// <summary>Null if nothing was removed yet.</summary>
    public async Task<string?> FindAsync(CancellationToken cancellation) =>
        (await table.FindAsync(Partition, RowKey, cancellation))?.GetString(Through);

    public Task WriteAsync(string through, CancellationToken cancellation) =>
        table.WriteAsync(new TableEntity(Partition, RowKey) { [Through] = through }, cancellation);
}
