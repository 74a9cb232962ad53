using System.Globalization;
using System.Runtime.InteropServices;
using Azure.Identity;
using MyCoach.Hosting;
using MyCoach.Storage;

namespace MyCoach.Backups;

/// <summary>What the program does in place of serving: <c>backup FILE</c> and <c>restore FILE</c>, with its own storage settings.</summary>
internal sealed class BackupCommand(bool restores, string file)
{
    /// <summary>Null where the program is to serve.</summary>
    /// <exception cref="BackupException">The file is missing.</exception>
    public static BackupCommand? Of(string[] args) =>
        args switch
        {
            ["backup" or "restore", var file] when !file.StartsWith('-') => new BackupCommand(args[0] == "restore", file),
            ["backup" or "restore", ..] => throw new BackupException($"{args[0]} needs the name of a file, and nothing else"),
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
        // At a person's desk there is no managed identity, but who has signed in with the Azure command line.
        builder.AddStorage(builder.Configuration["IDENTITY_ENDPOINT"] is { Length: > 0 } ? null : new AzureCliCredential());
        await using var app = builder.Build();
        var backup = new TableBackup(app.Services.GetRequiredService<TableSource>(), Console.Error);
        try
        {
            var rows = await (restores ? RestoreAsync(backup, stopping.Token) : WriteAsync(backup, stopping.Token));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(restores ? "Restored" : "Saved")} {rows} rows."));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            throw new BackupException(restores ? "interrupted; delete what was restored so far" : "interrupted; there is none");
        }
        catch (Exception fault) when (StorageFaults.IsUnavailable(fault))
        {
            throw new BackupException($"the storage does not answer, or lets nobody in ({fault.Message.Split('\n', 2)[0].TrimEnd()})");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new BackupException(fault.Message.TrimEnd('.'));
        }
    }

    // Under another name until it is whole.
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

    private async Task<long> RestoreAsync(TableBackup backup, CancellationToken cancellation)
    {
        await using var from = File.OpenRead(file);
        return await backup.RestoreAsync(from, cancellation);
    }
}
