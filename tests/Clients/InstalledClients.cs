using MyCoach.Tests.Support;

namespace MyCoach.Tests.Clients;

/// <summary>The clients and tools of tests/Clients/package.json, installed by npm in the folder that MYCOACH_CLIENTS names.</summary>
internal static class InstalledClients
{
    public const string Absence =
        "MYCOACH_CLIENTS names no folder. Copy tests/Clients/package.json into one, run npm install there, and set it.";

    private static readonly string? Folder = Environment.GetEnvironmentVariable("MYCOACH_CLIENTS");

    /// <summary>A named folder without the agents makes their tests fail.</summary>
    public static bool AreExpected => !string.IsNullOrEmpty(Folder);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static string Modules => Path.Combine(Folder!, "node_modules");

    public static string PathOf(string name) => Path.Combine(Modules, ".bin", name);

    /// <summary>Runs a client for a user of the gateway, and gives what it writes.</summary>
    public static async Task<IReadOnlyCollection<string>> RunAsync(
        GatewayUser user,
        string program,
        IEnumerable<string> arguments,
        IEnumerable<(string, string)> environment
    )
    {
        // Nothing of the machine's own settings, nor of an earlier run.
        using var home = new TemporaryFolder();
        var work = Directory.CreateDirectory(Path.Combine(home.Name, "work")).FullName;
        await using var client = ChildProgram.Start(
            program,
            arguments,
            work,
            [
                ("HOME", home.Name),
                ("CODEX_HOME", Directory.CreateDirectory(Path.Combine(home.Name, "codex")).FullName),
                ("NO_PROXY", user.App.Address.Host),
                .. environment,
            ]
        );
        await client.ExitAsync(Patience);
        return client.Output;
    }

    /// <summary>Starts a script of this folder with the installed packages.</summary>
    /// <param name="folder">Where a copy of the script runs.</param>
    public static ChildProgram StartScript(
        TemporaryFolder folder,
        string script,
        IEnumerable<(string, string)> environment
    ) =>
        ChildProgram.Start(
            "node",
            [CopyScript(folder, script)],
            folder.Name,
            [("NO_PROXY", "127.0.0.1"), .. environment]
        );

    /// <summary>Runs a script of this folder with the installed packages, and gives what it writes.</summary>
    public static async Task<IReadOnlyCollection<string>> RunScriptAsync(
        GatewayUser user,
        string script,
        IEnumerable<string> arguments,
        IEnumerable<(string, string)> environment
    )
    {
        using var folder = new TemporaryFolder();
        return await RunAsync(user, "node", [CopyScript(folder, script), .. arguments], environment);
    }

    // Node looks for packages beside the script and above.
    private static string CopyScript(TemporaryFolder folder, string script)
    {
        Directory.CreateSymbolicLink(Path.Combine(folder.Name, "node_modules"), Modules);
        var copy = Path.Combine(folder.Name, script);
        File.Copy(Path.Combine(Repository.Root, "tests", "Clients", script), copy);
        return copy;
    }
}
