using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Backups;

/// <summary>
/// Restores a backup into empty tables. Reads the file twice: first to check it, so that a damaged file writes nothing.
/// </summary>
internal sealed class TableRestore(TableSource source, TextWriter progress)
{
    /// <summary>Inserts the rows into tables that must be empty, and returns their number.</summary>
    /// <param name="from">Must be seekable.</param>
    /// <exception cref="BackupException">The file is not a backup, or is truncated or damaged, or a table is not
    /// empty.</exception>
    public async Task<long> RunAsync(Stream from, CancellationToken cancellation)
    {
        await CheckTablesAsync(cancellation);
        await CheckFileAsync(from, cancellation);
        from.Position = 0;
        return await InsertAsync(from, cancellation);
    }

    private async Task CheckTablesAsync(CancellationToken cancellation)
    {
        foreach (var name in TableBackup.Tables)
        {
            if (await source.Table(name).QueryAsync(null, cancellation).AnyAsync(cancellation))
            {
                throw new BackupException(
                    $"{name} is not empty, and a restore never overwrites rows; use another Storage__TablePrefix"
                );
            }
        }
    }

    private static async Task CheckFileAsync(Stream from, CancellationToken cancellation)
    {
        await foreach (var line in BackupFile.ReadAsync(from, cancellation))
        {
            if (!TableBackup.Tables.Contains(line.Table))
            {
                throw new BackupException("the file contains rows of an unknown table");
            }
        }
    }

    private async Task<long> InsertAsync(Stream from, CancellationToken cancellation)
    {
        var (table, rows, open) = ("", 0L, new HashSet<string>(StringComparer.Ordinal));
        await foreach (
            var group in BackupFile
                .ReadAsync(from, cancellation)
                .GroupedAsync(line => $"{line.Table} {line.Row.PartitionKey}", cancellation)
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
            open.UnionWith(
                group.Where(line => Reservation.IsKey(line.Row.RowKey)).Select(line => line.Row.PartitionKey)
            );
        }
        // The notes are saved after the months, so the note of a month with an open call may have been removed in
        // between. Add one.
        foreach (var partition in open)
        {
            await source.Table("ChangedMonths").WriteAsync(ChangedMonthsTable.CreateVisitNote(partition), cancellation);
        }
        return rows;
    }

    // If a response was lost, the rows may already exist. No other process may write here during a restore.
    private async Task InsertAsync(string table, EntityGroupTransaction transaction, CancellationToken cancellation)
    {
        var mayExist = false;
        for (var race = new ConflictRetry(); ; await race.BackOffAsync(cancellation))
        {
            var outcome = await source.Table(table).SubmitAsync(transaction, cancellation);
            if (outcome == TransactionOutcome.Committed || (mayExist && outcome == TransactionOutcome.Exists))
            {
                return;
            }
            if (outcome != TransactionOutcome.Unknown)
            {
                throw new BackupException(
                    $"another process writes to {table}; delete the rows that were restored, and try again"
                );
            }
            mayExist = true;
        }
    }
}
