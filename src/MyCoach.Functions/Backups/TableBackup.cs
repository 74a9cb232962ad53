using System.IO.Compression;
using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Backups;

/// <summary>
/// Saves all rows of all tables as gzipped lines of JSON. The last line is the number of rows, so that a partial file
/// never looks complete. Each user-month is read as of one moment, so that its ledger is the sum of its events even
/// while calls run.
/// </summary>
internal sealed class TableBackup(TableSource source, TextWriter progress)
{
    private const int MaxReads = 3;

    /// <summary>
    /// All tables in backup order. Each is read after those that refer to it: the settings after the ledgers that copy
    /// them, the notes after the months, and what is never deleted last: the versions of prices, and the data keys.
    /// </summary>
    public static readonly IReadOnlyList<string> Tables =
    [
        "ApiKeys",
        "KeyChecks",
        "Agents",
        "Usage",
        "Conversations",
        "StoredResponses",
        "Tokens",
        "ChangedMonths",
        "Repricings",
        "Bills",
        "Settings",
        "Activity",
        "Erasures",
        "Retention",
        "Prices",
        "DataKeys",
    ];

    /// <summary>Saves all rows and returns their number.</summary>
    public async Task<long> WriteAsync(Stream to, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var zip = new GZipStream(to, CompressionLevel.Optimal, leaveOpen: true);
        await BackupFile.BeginAsync(zip, now, cancellation);
        var rows = 0L;
        foreach (var name in Tables)
        {
            var before = rows;
            await foreach (var partition in PartitionsAsync(name, cancellation))
            {
                foreach (var row in partition)
                {
                    await BackupFile.WriteAsync(zip, new RowLine(name, row).WriteTo, cancellation);
                    rows++;
                }
            }
            await progress.WriteLineAsync($"{name}: {rows - before} rows");
        }
        await BackupFile.EndAsync(zip, rows, cancellation);
        return rows;
    }

    private async IAsyncEnumerable<IReadOnlyList<TableEntity>> PartitionsAsync(
        string name,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var partition = new List<TableEntity>();
        await foreach (var row in source.Table(name).QueryAsync(null, cancellation))
        {
            if (partition.Count > 0 && partition[0].PartitionKey != row.PartitionKey)
            {
                yield return await ReadConsistentlyAsync(name, partition, cancellation);
                partition = [];
            }
            partition.Add(row);
        }
        if (partition.Count > 0)
        {
            yield return await ReadConsistentlyAsync(name, partition, cancellation);
        }
    }

    // Every change of a month writes its ledger. If the ledger is the same after the read, nothing changed during it.
    private async Task<IReadOnlyList<TableEntity>> ReadConsistentlyAsync(
        string name,
        List<TableEntity> rows,
        CancellationToken cancellation
    )
    {
        if (name != "Usage")
        {
            return rows;
        }
        var table = source.Table(name);
        var key = rows[0].PartitionKey;
        for (var reads = 1; ; reads++)
        {
            var ledger = await table.FindAsync(key, MonthRows.LedgerKey, cancellation);
            if (ledger?.ETag == rows.Find(row => row.RowKey == MonthRows.LedgerKey)?.ETag)
            {
                return rows;
            }
            if (reads == MaxReads)
            {
                // The month changes too often for an undisturbed read, so derive its totals from the events that were
                // read.
                return await MonthRepair.RepairAsync(rows, cancellation);
            }
            rows = await table
                .QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {key}"), cancellation)
                .ToListAsync(cancellation);
        }
    }
}
