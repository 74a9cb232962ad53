using System.IO.Compression;
using Azure.Data.Tables;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Backups;

/// <summary>
/// All rows of all tables, as lines of JSON under gzip; the last line says how many there were, so that a part never passes for the whole. A user's month
/// is read as it stood at one moment, so that its ledger is the sum of its events however busy it is.
/// </summary>
internal sealed class TableBackup(TableSource source, TextWriter progress)
{
    private const int MostReadings = 10;

    /// <summary>Every table. The data keys first: without them the provider keys are of no use.</summary>
    public static readonly IReadOnlyList<string> Tables =
    [
        "DataKeys",
        "ApiKeys",
        "KeyChecks",
        "Settings",
        "Agents",
        "Conversations",
        "ChangedMonths",
        "Usage",
        "Activity",
        "Erasures",
        "Retention",
    ];

    /// <summary>How many rows there are.</summary>
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

    /// <summary>Writes the rows into tables that must be empty, and says how many there were.</summary>
    /// <exception cref="BackupException">It is none, or not whole, or a table is not empty.</exception>
    public async Task<long> RestoreAsync(Stream from, CancellationToken cancellation)
    {
        foreach (var name in Tables)
        {
            if (await source.Table(name).QueryAsync(null, cancellation).AnyAsync(cancellation))
            {
                throw new BackupException(
                    $"{name} is not empty, and what is there is never written over; restore under another Storage__TablePrefix"
                );
            }
        }
        var (table, rows) = ("", 0L);
        await foreach (
            var group in BackupFile.ReadAsync(from, cancellation).GroupedAsync(line => $"{line.Table} {line.Row.PartitionKey}", cancellation)
        )
        {
            var transaction = new EntityGroupTransaction(group[0].Row.PartitionKey);
            foreach (var line in group)
            {
                transaction.Insert(line.Row);
            }
            if (table != group[0].Table)
            {
                table = group[0].Table;
                await progress.WriteLineAsync($"{table} …");
            }
            if (await source.Table(table).SubmitAsync(transaction, cancellation) != TransactionOutcome.Committed)
            {
                throw new BackupException($"{table} could not be written to; delete what was restored so far, and try again");
            }
            rows += group.Count;
        }
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
                yield return await AtOneMomentAsync(name, partition, cancellation);
                partition = [];
            }
            partition.Add(row);
        }
        if (partition.Count > 0)
        {
            yield return await AtOneMomentAsync(name, partition, cancellation);
        }
    }

    // Every change of a month writes its ledger: where that is the same afterwards, nothing came between.
    private async Task<IReadOnlyList<TableEntity>> AtOneMomentAsync(string name, List<TableEntity> rows, CancellationToken cancellation)
    {
        if (name != "Usage")
        {
            return rows;
        }
        var table = source.Table(name);
        var key = rows[0].PartitionKey;
        for (var readings = 1; ; readings++)
        {
            var ledger = await table.FindAsync(key, UsageRows.Ledger, cancellation);
            if (ledger?.ETag == rows.Find(row => row.RowKey == UsageRows.Ledger)?.ETag)
            {
                return rows;
            }
            if (readings == MostReadings)
            {
                throw new BackupException("a month was written to each time it was read; try again when there is less to do");
            }
            rows = await table.QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {key}"), cancellation).ToListAsync(cancellation);
        }
    }
}
