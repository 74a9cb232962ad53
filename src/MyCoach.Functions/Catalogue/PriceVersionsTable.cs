using System.Globalization;
using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using MyCoach.Storage;

namespace MyCoach.Catalogue;

/// <summary>
/// The stored versions of the price book, one row each, newest first. The insert of a row is the whole change: it fails
/// if another version has its number.
/// </summary>
internal sealed class PriceVersionsTable(TableSource source)
{
    public const string Name = "Prices";

    private const string Partition = "versions";

    private readonly LazyTable table = source.Table(Name);

    /// <summary>The number of the latest version; 0 if none is stored.</summary>
    public async Task<long> FindLatestAsync(CancellationToken cancellation)
    {
        await foreach (var row in table.QueryAsync(All, cancellation, ["RowKey"]))
        {
            return NumberOf(row.RowKey);
        }
        return 0;
    }

    /// <summary>Null if there is no such version.</summary>
    public async Task<PriceVersion?> FindAsync(long number, CancellationToken cancellation) =>
        number > 0 && await table.FindAsync(Partition, KeyOf(number), cancellation) is { } row ? Read(row) : null;

    /// <summary>The versions before a number, newest first.</summary>
    public async IAsyncEnumerable<PriceVersion> ListBeforeAsync(
        long? number,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var filter = number is { } before
            ? TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {KeyOf(before)}")
            : All;
        await foreach (var row in table.QueryAsync(filter, cancellation))
        {
            yield return Read(row);
        }
    }

    /// <summary>The latest version up to a number that this release can read; null for the embedded book.</summary>
    public async Task<PriceVersion?> FindReadableAsync(long number, CancellationToken cancellation)
    {
        for (; number > 0; number--)
        {
            if (await FindAsync(number, cancellation) is { IsReadable: true } version)
            {
                return version;
            }
        }
        return null;
    }

    /// <summary>False if the number is taken.</summary>
    public async Task<bool> TryAddAsync(PriceVersion version, CancellationToken cancellation)
    {
        var row = new TableEntity(Partition, KeyOf(version.Number))
        {
            [nameof(version.At)] = version.At,
            [nameof(version.By)] = version.By,
            [nameof(version.Note)] = version.Note,
        };
        CorrectionColumns.Write(row, version.Corrections);
        return await table.TryWriteAsync(row, read: null, cancellation) is not null;
    }

    private static string All => TableClient.CreateQueryFilter($"PartitionKey eq {Partition}");

    // The numbers decrease, so that the latest version is the first row.
    private static string KeyOf(long number) => (long.MaxValue - number).ToString("D19", CultureInfo.InvariantCulture);

    private static long NumberOf(string rowKey) => long.MaxValue - long.Parse(rowKey, CultureInfo.InvariantCulture);

    private static PriceVersion Read(TableEntity row)
    {
        var corrections = CorrectionColumns.TryRead(row);
        return new(
            NumberOf(row.RowKey),
            row.GetDateTimeOffset(nameof(PriceVersion.At))!.Value,
            row.GetString(nameof(PriceVersion.By)),
            row.GetString(nameof(PriceVersion.Note)),
            corrections ?? PriceCorrections.None
        )
        {
            IsReadable = corrections is not null,
        };
    }
}
