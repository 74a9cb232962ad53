using System.Globalization;
using Azure;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Crypto;

/// <summary>A data key as the vault's key wraps it.</summary>
/// <param name="Number">They are numbered as they come; the last is the current one.</param>
/// <param name="KeyId">The vault's key that wrapped it, with its version.</param>
internal sealed record WrappedKey(int Number, string DataKeyId, string KeyId, byte[] Wrapped, DateTimeOffset CreatedAt)
{
    /// <summary>The row's ETag; null before it is stored.</summary>
    public ETag? ETag { get; init; }
}

/// <summary>The data keys, wrapped; they belong to no user. None is ever deleted.</summary>
internal sealed class WrappedKeysTable(TableSource source)
{
    private const string Partition = "data-keys";

    private readonly LazyTable table = source.Table("DataKeys");

    /// <summary>In the order of their numbers.</summary>
    public Task<List<WrappedKey>> ListAsync(CancellationToken cancellation) =>
        table.QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {Partition}"), cancellation).Select(Read).ToListAsync(cancellation).AsTask();

    /// <summary>Writes over what was read, or adds what was not. False where somebody else was faster.</summary>
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
