namespace MyCoach.Bench;

/// <summary>A gateway from npm, installed in a separate folder.</summary>
/// <param name="manifest">The package.json that installs it.</param>
/// <param name="launcher">The script that starts it, and exits when standard input closes.</param>
/// <param name="scripts">Whether its dependencies need their install scripts.</param>
internal sealed class NpmPackage(string name, string manifest, string launcher, bool scripts = false)
{
    private static readonly string[] Options = ["--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public string Name => name;

    /// <summary>Null if npm cannot install it, which is printed in the results.</summary>
    public async Task<ChildProcess?> StartAsync(
        string folder,
        IEnumerable<string> arguments,
        CancellationToken stopping,
        params (string Name, string Value)[] environment
    )
    {
        if (await InstallAsync(folder, stopping) is { } failure)
        {
            Console.WriteLine($"**{name} IS LEFT OUT**: npm could not install it: {failure}");
            Console.WriteLine();
            return null;
        }
        return ChildProcess.Start("node", ["-e", launcher, .. arguments], folder, environment);
    }

    /// <summary>Null on success, otherwise why npm cannot install it.</summary>
    public async Task<string?> InstallAsync(string folder, CancellationToken stopping)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), manifest, stopping);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Patience);
        try
        {
            await using var npm = ChildProcess.Start(
                "npm",
                ["install", .. Options, $"--ignore-scripts={(scripts ? "false" : "true")}"],
                folder
            );
            return await npm.WaitForFailureAsync(patience.Token);
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
