using System.Diagnostics;
using System.Globalization;

namespace MyCoach.Dev;

/// <summary>Installs the npm package of Azurite.</summary>
public sealed partial class Azurite
{
    private const string Version = "3.37.0";

    // A package that is in npx's cache is found sooner.
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    // npx puts the package's bin folder on the PATH of the program that it runs, so the PATH shows where the package
    // is.
    private static async Task<string> FindScriptAsync(Action<string>? progress, CancellationToken cancellation)
    {
        using var npx = Start(
            OperatingSystem.IsWindows() ? "npx.cmd" : "npx",
            ["--yes", "--prefer-offline", $"--package=azurite@{Version}", "--", "node", "-p", "process.env.PATH"]
        );
        try
        {
            npx.StandardInput.Close();
            var errors = npx.StandardError.ReadToEndAsync(cancellation);
            var output = npx.StandardOutput.ReadToEndAsync(cancellation);
            await ShowProgressAsync(output, progress, cancellation);
            var path = await output;
            await npx.WaitForExitAsync(cancellation);
            var script = path.Trim()
                .Split(Path.PathSeparator)
                .Select(folder =>
                    Path.GetFullPath(Path.Combine(folder, "..", "azurite", "dist", "src", "table", "main.js"))
                )
                .FirstOrDefault(File.Exists);
            if (script is null)
            {
                await WaitForInterruptAsync(cancellation);
                throw new CannotStartException(
                    $"Azurite {Version} could not be installed from the npm registry. npx reported: {ReasonIn(await errors)}"
                );
            }
            return script;
        }
        finally
        {
            await StopAsync(npx);
        }
    }

    private static async Task ShowProgressAsync(Task download, Action<string>? progress, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (await Task.WhenAny(download, Task.Delay(ProgressInterval, cancellation)) != download)
        {
            cancellation.ThrowIfCancellationRequested();
            var took = TimeProvider.System.GetElapsedTime(started);
            progress?.Invoke($"Downloading Azurite {Version} with npx, the first time only: {took.TotalSeconds:0} s …");
        }
    }

    // Interrupt npx, so that it unlocks its cache; during a download it needs two signals. If killed, it leaves the
    // lock, and the next npx waits a minute.
    private static async Task StopAsync(Process npx)
    {
        for (var signals = 0; signals < 6 && !npx.HasExited && !OperatingSystem.IsWindows(); signals++)
        {
            using var interrupting = Start("kill", ["-INT", npx.Id.ToString(CultureInfo.InvariantCulture)]);
            await Task.WhenAny(
                npx.WaitForExitAsync(CancellationToken.None),
                Task.Delay(TimeSpan.FromMilliseconds(500))
            );
        }
        if (!npx.HasExited)
        {
            npx.Kill(entireProcessTree: true);
            await npx.WaitForExitAsync(CancellationToken.None);
        }
    }

    // A terminal sends Ctrl-C to every process. A child may exit before this process gets its signal, and that is not a
    // failure.
    private static Task WaitForInterruptAsync(CancellationToken cancellation) =>
        Task.Delay(TimeSpan.FromMilliseconds(300), cancellation);

    // npm prints the code of an error first and the details after it.
    private static string ReasonIn(string output)
    {
        var errors = output
            .Split('\n')
            .Where(line => line.StartsWith("npm error", StringComparison.OrdinalIgnoreCase))
            .Take(3)
            .ToArray();
        return errors.Length == 0
            ? "nothing"
            : string.Join(", ", errors.Select(line => line["npm error".Length..].Trim()));
    }
}
