using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace MyCoach.Dev.FunctionsHost;

/// <param name="Folder">The folder of the function app. Its worker.config.json states how to start the worker.</param>
/// <param name="Rpc">The address where the host listens for its workers.</param>
internal sealed record WorkerStart(
    string Folder,
    string WorkerId,
    Uri Rpc,
    IEnumerable<(string Name, string Value)> Environment
)
{
    public ProcessStartInfo ToStartInfo()
    {
        var description = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "worker.config.json")))!["description"]!;
        var start = new ProcessStartInfo((string)description["defaultExecutablePath"]!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        foreach (var argument in Arguments(Path.Combine(Folder, (string)description["defaultWorkerPath"]!)))
        {
            start.ArgumentList.Add(argument);
        }
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = Folder;
        start.Environment["FUNCTIONS_WORKER_DIRECTORY"] = Folder;
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }
        return start;
    }

    // The host passes both the old and the new argument names.
    private string[] Arguments(string program)
    {
        var (requestId, longest) = (Guid.NewGuid().ToString(), int.MaxValue.ToString(CultureInfo.InvariantCulture));
        string[] old =
        [
            "--host",
            Rpc.Host,
            "--port",
            $"{Rpc.Port}",
            "--workerId",
            WorkerId,
            "--requestId",
            requestId,
            "--grpcMaxMessageLength",
            longest,
        ];
        string[] now =
        [
            "--functions-uri",
            Rpc.ToString(),
            "--functions-worker-id",
            WorkerId,
            "--functions-request-id",
            requestId,
        ];
        return [program, .. old, .. now, "--functions-grpc-max-message-length", longest];
    }
}

/// <summary>The process of a worker. It does not outlive this process, except on Windows.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Process? guard;
    private readonly Task exited;
    private readonly Action<string> write;
    private readonly ConcurrentQueue<string> errors = new();

    private WorkerProcess(WorkerStart start, Action<string> write)
    {
        this.write = write;
        process = new Process { StartInfo = start.ToStartInfo() };
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data, errors);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        exited = process.WaitForExitAsync(CancellationToken.None);
        guard = Guard(process.Id);
    }

    public int Id => process.Id;

    /// <summary>Can be read after disposal too: a request to a dead worker may end later than the worker.</summary>
    public bool HasExited => exited.IsCompleted;

    public int ExitCode => process.ExitCode;

    /// <summary>The lines written to standard error.</summary>
    public string Errors => string.Join(' ', errors);

    public static WorkerProcess Start(WorkerStart start, Action<string> write) => new(start, write);

    /// <summary>Completes when the process has exited and its output is read.</summary>
    public Task ExitAsync(CancellationToken cancellation) => exited.WaitAsync(cancellation);

    public void Kill() => process.Kill(entireProcessTree: true);

    public void Write(string? line, ConcurrentQueue<string>? copy = null)
    {
        if (line is not null)
        {
            copy?.Enqueue(line);
            write(line);
        }
    }

    public async ValueTask DisposeAsync()
    {
        guard?.Kill();
        guard?.Dispose();
        if (!HasExited)
        {
            Kill();
            await exited;
        }
        process.Dispose();
    }

    // A worker survives its host. If this process is killed, the pipe closes and the shell kills the worker.
    private static Process? Guard(int worker) =>
        OperatingSystem.IsWindows()
            ? null
            : Process.Start(
                new ProcessStartInfo(
                    "sh",
                    ["-c", "read -r _; kill -KILL \"$0\" 2>/dev/null", worker.ToString(CultureInfo.InvariantCulture)]
                )
                {
                    RedirectStandardInput = true,
                }
            );
}
