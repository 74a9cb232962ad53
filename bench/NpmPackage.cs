namespace MyCoach.Bench;

/// <summary>A gateway that is an npm package, in a folder of its own.</summary>
/// <param name="manifest">The package.json that gets it.</param>
/// <param name="launcher">Starts it, and ends it when its standard input does.</param>
/// <param name="scripts">Whether its dependencies have to run what they say to be built.</param>
internal sealed class NpmPackage(string name, string manifest, string launcher, bool scripts = false)
{
    private static readonly string[] Options = ["--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public string Name => name;

    /// <summary>Null where npm cannot get it, which is said loudly.</summary>
    public async Task<ChildProcess?> StartAsync(
        string folder,
        IEnumerable<string> arguments,
        CancellationToken stopping,
        params (string Name, string Value)[] environment
    )
    {
        if (await InstallAsync(folder, stopping) is { } complaint)
        {
            Console.WriteLine($"**{name} IS LEFT OUT**: npm could not install it: {complaint}");
            Console.WriteLine();
            return null;
        }
        return ChildProcess.Start("node", ["-e", launcher, .. arguments], folder, environment);
    }

    private async Task<string?> InstallAsync(string folder, CancellationToken stopping)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), manifest, stopping);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Patience);
        try
        {
            await using var npm = ChildProcess.Start("npm", ["install", .. Options, $"--ignore-scripts={(scripts ? "false" : "true")}"], folder);
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
