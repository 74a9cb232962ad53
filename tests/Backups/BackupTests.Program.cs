using Azure.Data.Tables;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Backups;

/// <summary>Runs the program's command and reads what it leaves.</summary>
public sealed partial class BackupTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static string NewPrefix() => $"t{Guid.NewGuid():N}"[..16];

    private async Task<List<TableEntity>> RowsAsync(string prefix, string table) =>
        await new TableClient(parts.ConnectionString, prefix + table)
            .QueryAsync<TableEntity>(cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);

    private async Task<string> RunAsync(
        string prefix,
        string command,
        string? connectionString = null,
        params string[] options
    )
    {
        await using var program = Start(
            connectionString ?? parts.ConnectionString,
            prefix,
            [command, FileName, .. options]
        );
        Assert.True(await program.ExitAsync(Patience) == 0, program.Report);
        return program.Output.Last();
    }

    private async Task<string> RefusedAsync(string prefix, params string[] arguments)
    {
        await using var program = Start(parts.ConnectionString, prefix, arguments);
        Assert.True(await program.ExitAsync(Patience) == 1, program.Report);
        Assert.Empty(program.Output);
        return program.Errors.Last();
    }

    private static ChildProgram Start(string connectionString, string prefix, params string[] arguments) =>
        ChildProgram.Start(
            ChildProgram.Built("MyCoach.Functions"),
            arguments,
            environment: [("Storage__ConnectionString", connectionString), ("Storage__TablePrefix", prefix)]
        );

    public void Dispose() => folder.Dispose();

    private static string Text(TableEntity row) =>
        $"{row.PartitionKey} {row.RowKey} "
        + string.Join(
            ", ",
            row.Where(column => column.Key is not ("odata.etag" or "Timestamp"))
                .OrderBy(column => column.Key, StringComparer.Ordinal)
                .Select(column =>
                    $"{column.Key}={column.Value?.GetType().Name}:{(column.Value is byte[] bytes ? Convert.ToHexString(bytes) : column.Value)}"
                )
        );
}
