using System.IO.Compression;
using Azure.Data.Tables;
using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Backups;

/// <summary>
/// All rows of all tables, as lines of JSON under gzip; the last line says how many there were, so that a part never passes for the whole. A user's month
/// is read as it stood at one moment, so that its ledger is the sum of its events however busy it is.
/// </summary>
internal sealed class TableBackup(TableSource source, TextWriter progress)
{
    private const int MostReadings = 3;

    /// <summary>
    /// Every table, in an order in which what is read later may be newer than what refers to it: the settings than a ledger that copied them, the notes
    /// than the months, and the data keys, none of which is ever deleted, than what they encrypted.
    /// </summary>
    public static readonly IReadOnlyList<string> Tables =
    [
        "ApiKeys",
        "KeyChecks",
        "Agents",
        "Usage",
        "Conversations",
        "ChangedMonths",
        "Settings",
        "Activity",
        "Erasures",
        "Retention",
        "DataKeys",
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
        var (table, rows, open) = ("", 0L, new HashSet<string>(StringComparer.Ordinal));
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
            await InsertAsync(table, transaction, cancellation);
            rows += group.Count;
            open.UnionWith(group.Where(line => Reservation.IsKey(line.Row.RowKey)).Select(line => line.Row.PartitionKey));
        }
        // The note of a call that was under way may have been forgotten between the two readings.
        foreach (var partition in open)
        {
            await source.Table("ChangedMonths").WriteAsync(ChangedMonthsTable.VisitOf(partition), cancellation);
        }
        return rows;
    }

    // Where an answer was lost the rows may be there already, and nobody else writes here.
    private async Task InsertAsync(string table, EntityGroupTransaction transaction, CancellationToken cancellation)
    {
        var isUnsure = false;
        for (var race = new Race(); ; await race.LostAsync(cancellation))
        {
            var outcome = await source.Table(table).SubmitAsync(transaction, cancellation);
            if (outcome == TransactionOutcome.Committed || (isUnsure && outcome == TransactionOutcome.Exists))
            {
                return;
            }
            if (outcome != TransactionOutcome.Unknown)
            {
                throw new BackupException($"somebody else writes to {table}; delete what was restored so far, and try again");
            }
            isUnsure = true;
        }
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
            var ledger = await table.FindAsync(key, MonthRows.LedgerKey, cancellation);
            if (ledger?.ETag == rows.Find(row => row.RowKey == MonthRows.LedgerKey)?.ETag)
            {
                return rows;
            }
            if (readings == MostReadings)
            {
                // Too busy for a moment without a change: its totals are made to be the sums of the events that were read.
                return await TornMonth.MendAsync(rows, cancellation);
            }
            rows = await table.QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {key}"), cancellation).ToListAsync(cancellation);
        }
    }
}
