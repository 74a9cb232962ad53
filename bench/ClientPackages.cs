namespace MyCoach.Bench;

/// <summary>The packages and scripts of tests/Clients, ready to run in a folder.</summary>
internal static class ClientPackages
{
    private const string Package = "package.json";

    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "Clients");

    /// <param name="installed">Where npm has installed them; null to install them in a new folder.</param>
    public static async Task<string> PrepareAsync(string? installed, CancellationToken stopping)
    {
        var folder = installed ?? Directory.CreateTempSubdirectory("mycoach-clients-").FullName;
        if (installed is null && await InstallAsync(folder, stopping) is { } failure)
        {
            throw new InvalidOperationException($"npm could not install the clients: {failure}");
        }
        foreach (var script in Directory.GetFiles(Scripts, "*.mjs"))
        {
            File.Copy(script, Path.Combine(folder, Path.GetFileName(script)), overwrite: true);
        }
        return folder;
    }

    private static async Task<string?> InstallAsync(string folder, CancellationToken stopping)
    {
        var manifest = await File.ReadAllTextAsync(Path.Combine(Scripts, Package), stopping);
        if (await new NpmPackage("the clients", manifest, launcher: "").InstallAsync(folder, stopping) is { } failure)
        {
            return failure;
        }
        // The one install script that is needed: it links the program for this machine.
        var script = Path.Combine(folder, "node_modules", "@anthropic-ai", "claude-code", "install.cjs");
        await using var link = ChildProcess.Start("node", [script], folder);
        return await link.WaitForFailureAsync(stopping);
    }
}
