using System.Diagnostics;
using System.Globalization;

namespace MyCoach.Dev;

/// <summary>Why something of the development run cannot start: one sentence for the person in front of it.</summary>
public sealed class CannotStartException(string message) : Exception(message);

/// <summary>Microsoft's storage emulator (its table service), fetched and run through npx. Ends with this process, however that ends.</summary>
public sealed class Azurite : IAsyncDisposable
{
    private const string Version = "3.37.0";

    // Runs the emulator in Node itself and not through npx's chain of shells. It ends when its standard input does: that is when we end. Not on a
    // terminal's Ctrl-C, which goes to every process: what we still have to store then must find it there.
    private const string Launcher = """
        const once = process.once;
        process.once = function (event, ...rest) { return event === 'SIGINT' ? this.on(event, () => {}) : once.call(this, event, ...rest); };
        process.stdin.on('end', () => { process.emit('message', 'shutdown'); setTimeout(() => process.exit(), 2000).unref(); }).resume();
        require(process.argv[1]);
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(3);

    private readonly Process process;

    private Azurite(Process process, int port)
    {
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    public string ConnectionString => ConnectionStringFor(Port);

    /// <summary>Of Azurite's well-known development account, at a port.</summary>
    public static string ConnectionStringFor(int port) =>
        "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
        + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
        + $"TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";

    /// <param name="port">0 takes a free one.</param>
    /// <param name="folder">Where the data stay; null keeps them in memory.</param>
    public static async Task<Azurite> StartAsync(int port = 0, string? folder = null, CancellationToken cancellation = default)
    {
        port = port == 0 ? LocalPort.Free() : port;
        LocalPort.RequireFree(port, "--azurite-port");
        var script = await FindScriptAsync(cancellation);
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
            await azurite.AnswersAsync(cancellation);
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
        using var patience = new CancellationTokenSource(EndPatience);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        process.Dispose();
    }

    // npx puts the package's folder of programs first on the PATH of what it runs, which says where the package is.
    private static async Task<string> FindScriptAsync(CancellationToken cancellation)
    {
        using var npx = Start(
            OperatingSystem.IsWindows() ? "npx.cmd" : "npx",
            ["--yes", "--prefer-offline", $"--package=azurite@{Version}", "--", "node", "-p", "process.env.PATH"]
        );
        try
        {
            npx.StandardInput.Close();
            var complaint = npx.StandardError.ReadToEndAsync(cancellation);
            var path = await npx.StandardOutput.ReadToEndAsync(cancellation);
            await npx.WaitForExitAsync(cancellation);
            var script = path.Trim()
                .Split(Path.PathSeparator)
                .Select(folder => Path.GetFullPath(Path.Combine(folder, "..", "azurite", "dist", "src", "table", "main.js")))
                .FirstOrDefault(File.Exists);
            if (script is null)
            {
                await InterruptArrivesAsync(cancellation);
                throw new CannotStartException(
                    $"Azurite {Version} could not be fetched from the npm registry; npx said: {ReasonIn(await complaint)}"
                );
            }
            return script;
        }
        finally
        {
            await EndAsync(npx);
        }
    }

    // Interrupted (in the middle of a download it takes two), npx removes the lock of its cache; killed it leaves it, and the next one waits a minute.
    private static async Task EndAsync(Process npx)
    {
        for (var asked = 0; asked < 6 && !npx.HasExited && !OperatingSystem.IsWindows(); asked++)
        {
            using var interrupting = Start("kill", ["-INT", npx.Id.ToString(CultureInfo.InvariantCulture)]);
            await Task.WhenAny(npx.WaitForExitAsync(CancellationToken.None), Task.Delay(TimeSpan.FromMilliseconds(500)));
        }
        if (!npx.HasExited)
        {
            npx.Kill(entireProcessTree: true);
            await npx.WaitForExitAsync(CancellationToken.None);
        }
    }

    // A terminal's Ctrl-C goes to every process, and a child may end of it before this one hears of it: that is no failure.
    private static Task InterruptArrivesAsync(CancellationToken cancellation) => Task.Delay(TimeSpan.FromMilliseconds(300), cancellation);

    // npm tells the code of an error first and the story after it.
    private static string ReasonIn(string complaint)
    {
        var errors = complaint.Split('\n').Where(line => line.StartsWith("npm error", StringComparison.OrdinalIgnoreCase)).Take(3).ToArray();
        return errors.Length == 0 ? "nothing" : string.Join(", ", errors.Select(line => line["npm error".Length..].Trim()));
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
            throw new CannotStartException($"{program} was not found: Node.js 20 or later is needed to run Azurite.");
        }
    }

    private async Task AnswersAsync(CancellationToken cancellation)
    {
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var complaint = process.StandardError.ReadToEndAsync(cancellation);
        using var http = new HttpClient();
        for (
            var started = TimeProvider.System.GetTimestamp();
            TimeProvider.System.GetElapsedTime(started) < Patience;
            await Task.Delay(50, cancellation)
        )
        {
            if (process.HasExited)
            {
                await InterruptArrivesAsync(cancellation);
                throw new CannotStartException($"Azurite ended at once: {(await complaint + await output).Trim().Split('\n').FirstOrDefault()}");
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
        throw new CannotStartException($"Azurite did not answer on port {Port} within {Patience.TotalSeconds:0} seconds.");
    }
}
