using System.Globalization;
using System.Runtime.InteropServices;
using Azure.Identity;
using MyCoach.Hosting;
using MyCoach.Storage;

namespace MyCoach.Backups;

/// <summary>
/// Runs <c>backup FILE [--force]</c> or <c>restore FILE</c> instead of the server, with the same storage settings.
/// </summary>
/// <param name="isForced">Whether a backup may replace an existing file.</param>
internal sealed class BackupCommand(bool isRestore, string file, bool isForced)
{
    private const string Force = "--force";

    /// <summary>Null if the arguments contain no command, so the program serves.</summary>
    /// <exception cref="BackupException">The name of the file is missing, or an option is unknown.</exception>
    public static BackupCommand? Of(string[] args) =>
        args switch
        {
            ["backup" or "restore", var file] when !file.StartsWith('-') => new(args[0] == "restore", file, false),
            ["backup", var file, Force] when !file.StartsWith('-') => new(false, file, true),
            ["backup", ..] => throw new BackupException(
                $"backup needs the name of a file, and takes only {Force} after it"
            ),
            ["restore", ..] => throw new BackupException("restore needs the name of a file, and nothing else"),
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

    private async Task<long> WriteAsync(TableBackup backup, CancellationToken cancellation)
    {
        if (!isForced && File.Exists(file))
        {
            throw new BackupException($"{file} exists already; use another name, or {Force} to replace it");
        }
        // Under another name until the file is complete.
        var partial = $"{file}.{Guid.NewGuid():N}.partial";
        try
        {
            long rows;
            await using (var to = new FileStream(partial, NewFileForOwner()))
            {
                rows = await backup.WriteAsync(to, TimeProvider.System.GetUtcNow(), cancellation);
            }
            File.Move(partial, file, overwrite: isForced);
            return rows;
        }
        finally
        {
            File.Delete(partial);
        }
    }

    // Usage and settings are in clear in a backup.
    private static FileStreamOptions NewFileForOwner()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return options;
    }

    private async Task<long> RestoreAsync(TableRestore restore, CancellationToken cancellation)
    {
        if (!File.Exists(file))
        {
            throw new BackupException($"{file} does not exist");
        }
        await using var from = File.OpenRead(file);
        return from.CanSeek
            ? await restore.RunAsync(from, cancellation)
            : throw new BackupException("restore reads the file twice, so it cannot be a pipe");
    }
}
