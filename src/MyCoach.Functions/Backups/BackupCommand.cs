using System.Globalization;
using System.Runtime.InteropServices;
using Azure.Identity;
using MyCoach.Hosting;
using MyCoach.Storage;

namespace MyCoach.Backups;

/// <summary>
/// Runs <c>backup FILE</c> or <c>restore FILE</c> instead of the server, with the same storage settings.
/// </summary>
internal sealed class BackupCommand(bool isRestore, string file)
{
    /// <summary>Null if the arguments contain no command, so the program serves.</summary>
    /// <exception cref="BackupException">The name of the file is missing.</exception>
    public static BackupCommand? Of(string[] args) =>
        args switch
        {
            ["backup" or "restore", var file] when !file.StartsWith('-') => new BackupCommand(
                args[0] == "restore",
                file
            ),
            ["backup" or "restore", ..] => throw new BackupException(
                $"{args[0]} needs the name of a file, and nothing else"
            ),
            _ => null,
        };

    public async Task RunAsync()
    {
        using var stopping = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(
            PosixSignal.SIGINT,
            signal =>
            {
                signal.Cancel = true;
                stopping.Cancel();
            }
        );
        var (builder, _) = HostingServices.CreateBuilder(["--Logging:LogLevel:Default=Error"]);
        // A workstation has no managed identity, so use the account that is signed in to the Azure CLI.
        builder.AddStorage(
            builder.Configuration["IDENTITY_ENDPOINT"] is { Length: > 0 } ? null : new AzureCliCredential()
        );
        await using var app = builder.Build();
        var source = app.Services.GetRequiredService<TableSource>();
        try
        {
            var rows = isRestore
                ? await RestoreAsync(new TableRestore(source, Console.Error), stopping.Token)
                : await WriteAsync(new TableBackup(source, Console.Error), stopping.Token);
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{(isRestore ? "Restored" : "Saved")} {rows} rows.")
            );
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new BackupException(
                isRestore ? "interrupted; delete the rows that were restored" : "interrupted; no file was written"
            );
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault))
        {
            throw new BackupException(
                $"the storage is unavailable or refuses access ({fault.Message.Split('\n', 2)[0].TrimEnd()})"
            );
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(fault.Message.TrimEnd('.'));
        }
    }

    // Under another name until the file is complete.
    private async Task<long> WriteAsync(TableBackup backup, CancellationToken cancellation)
    {
        var partial = $"{file}.partial";
        try
        {
            long rows;
            await using (var to = new FileStream(partial, FileMode.Create, FileAccess.Write))
            {
                rows = await backup.WriteAsync(to, TimeProvider.System.GetUtcNow(), cancellation);
            }
            File.Move(partial, file, overwrite: true);
            return rows;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    private async Task<long> RestoreAsync(TableRestore restore, CancellationToken cancellation)
    {
        await using var from = File.OpenRead(file);
        return await restore.RunAsync(from, cancellation);
    }
}
