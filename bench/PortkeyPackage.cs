using System.Globalization;

namespace MyCoach.Bench;

/// <summary>
/// The open gateway of Portkey, as npm has it. With the newest hono beside it every stream of it fails ("TypeError: immutable"), so that is held at versions
/// with which they pass.
/// </summary>
internal static class PortkeyPackage
{
    public const string Name = "Portkey 1.15.2";

    private const string Manifest = """
        {
          "private": true,
          "dependencies": { "@portkey-ai/gateway": "1.15.2", "hono": "4.9.7", "@hono/node-server": "1.13.5" },
          "overrides": { "hono": "4.9.7", "@hono/node-server": "1.13.5" }
        }
        """;

    // Listens on this machine only, which the gateway has no option for, and ends when its standard input does.
    private const string Launcher = """
        const server = require('net').Server.prototype, listen = server.listen;
        server.listen = function (port, ...rest) { return listen.call(this, port, '127.0.0.1', rest.find(one => typeof one === 'function')); };
        process.stdin.on('end', () => process.exit()).resume();
        import(require('url').pathToFileURL(process.argv[1]));
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Null where npm cannot get it, which is said loudly.</summary>
    public static async Task<ChildProcess?> StartAsync(string folder, int port, CancellationToken stopping)
    {
        if (await InstallAsync(folder, stopping) is { } complaint)
        {
            Console.WriteLine($"**{Name} IS LEFT OUT**: npm could not install it: {complaint}");
            Console.WriteLine();
            return null;
        }
        var script = Path.Combine(folder, "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");
        return ChildProcess.Start(
            "node",
            ["-e", Launcher, script, "--headless", string.Create(CultureInfo.InvariantCulture, $"--port={port}")],
            folder
        );
    }

    private static async Task<string?> InstallAsync(string folder, CancellationToken stopping)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), Manifest, stopping);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Patience);
        try
        {
            await using var npm = ChildProcess.Start(
                "npm",
                ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--prefer-offline"],
                folder
            );
            return await npm.FailsAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return $"it took more than {Patience.TotalMinutes:0} minutes";
        }
        catch (System.ComponentModel.Win32Exception fault)
        {
            return fault.Message;
        }
    }
}
