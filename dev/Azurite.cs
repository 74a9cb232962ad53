using System.Diagnostics;
using System.Globalization;

namespace MyCoach.Dev;

/// <summary>Part of the development run cannot start. The message is one sentence for the developer.</summary>
public sealed class CannotStartException(string message) : Exception(message);

/// <summary>
/// The table service of Azurite, Microsoft's storage emulator, installed with npx. It stops whenever this process ends,
/// even if that is killed.
/// </summary>
public sealed partial class Azurite : IAsyncDisposable
{
    // Runs the emulator directly in Node, without npx's chain of shells. It stops when its standard input closes, which
    // happens when this process ends. It ignores Ctrl-C, which a terminal sends to every process, because the app may
    // still have rows to store.
    private const string Launcher = """
        const once = process.once;
        process.once = function (event, ...rest) { return event === 'SIGINT' ? this.on(event, () => {}) : once.call(this, event, ...rest); };
        process.stdin.on('end', () => { process.emit('message', 'shutdown'); setTimeout(() => process.exit(), 2000).unref(); }).resume();
        require(process.argv[1]);
        """;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private readonly Process process;

    private Azurite(Process process, int port)
    {
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    public string ConnectionString => ConnectionStringFor(Port);

    /// <summary>The connection string of Azurite's well-known development account at a port.</summary>
    public static string ConnectionStringFor(int port) =>
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
        + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
        + $"TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";

    /// <param name="port">0 selects a free port.</param>
    /// <param name="folder">The data folder; null keeps the data in memory.</param>
    /// <param name="progress">Gets a line every few seconds while the package is downloaded.</param>
    public static async Task<Azurite> StartAsync(
        int port = 0,
        string? folder = null,
        Action<string>? progress = null,
        CancellationToken cancellation = default
    )
    {
        port = port == 0 ? LocalPort.Free() : port;
        LocalPort.RequireFree(port, "--azurite-port");
        var script = await FindScriptAsync(progress, cancellation);
        string[] storage = folder is null ? ["--inMemoryPersistence"] : ["--location", folder];
        var process = Start(
            "node",
            [
                "-e",
                Launcher,
                script,
                "--tableHost",
                "127.0.0.1",
                "--tablePort",
                port.ToString(CultureInfo.InvariantCulture),
                "--silent",
                "--skipApiVersionCheck",
                "--disableTelemetry",
                .. storage,
            ]
        );
        var azurite = new Azurite(process, port);
        try
        {
            await azurite.WaitUntilReadyAsync(cancellation);
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopTimeout);
        await process.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        process.Dispose();
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new CannotStartException($"{program} was not found. Install Node.js 20 or later to run Azurite.");
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellation)
    {
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        using var http = new HttpClient();
        for (
            var started = TimeProvider.System.GetTimestamp();
            TimeProvider.System.GetElapsedTime(started) < StartTimeout;
            await Task.Delay(50, cancellation)
        )
        {
            if (process.HasExited)
            {
                await WaitForInterruptAsync(cancellation);
                throw new CannotStartException(
                    $"Azurite exited during the start: {(await errors + await output).Trim().Split('\n').FirstOrDefault()}"
                );
            }
            try
            {
                using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{Port}/"), cancellation);
                return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        throw new CannotStartException(
            $"Azurite did not answer on port {Port} within {StartTimeout.TotalSeconds:0} seconds."
        );
    }
}
