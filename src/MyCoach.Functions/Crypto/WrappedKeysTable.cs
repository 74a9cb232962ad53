using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Crypto;

/// <summary>The wrapped data keys, which belong to no user. Rows are never deleted.</summary>
internal sealed class WrappedKeysTable(TableSource source)
{
    private const string Partition = "data-keys";

    private readonly LazyTable table = source.Table("DataKeys");

    /// <summary>All data keys, ordered by number.</summary>
    public Task<List<WrappedKey>> ListAsync(CancellationToken cancellation) =>
        table
            .QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellation)
            .Select(Read)
            .ToListAsync(cancellation)
            .AsTask();

    /// <summary>Replaces the row that was read, or inserts a new row. False on a conflict.</summary>
    public async Task<bool> TryWriteAsync(WrappedKey key, CancellationToken cancellation)
    {
        var row = new TableEntity(Partition, key.Number.ToString("D6", CultureInfo.InvariantCulture))
        {
            [nameof(key.DataKeyId)] = key.DataKeyId,
            [nameof(key.KeyId)] = key.KeyId,
            [nameof(key.Wrapped)] = key.Wrapped,
            [nameof(key.CreatedAt)] = key.CreatedAt,
        };
        return await table.TryWriteAsync(row, key.ETag, cancellation) is not null;
    }

    private static WrappedKey Read(TableEntity row) =>
        new(
            int.Parse(row.RowKey, CultureInfo.InvariantCulture),
            row.GetString(nameof(WrappedKey.DataKeyId)),
            row.GetString(nameof(WrappedKey.KeyId)),
            row.GetBinary(nameof(WrappedKey.Wrapped)),
            row.GetDateTimeOffset(nameof(WrappedKey.CreatedAt))!.Value
        )
        {
            ETag = row.ETag,
        };
}
