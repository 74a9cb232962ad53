namespace MyCoach.Tests.Clients;

/// <summary>The agents and tools of tests/Clients/package.json, installed by npm in the folder that MYCOACH_CLIENTS names.</summary>
internal static class InstalledClients
{
    public const string Absence =
        "MYCOACH_CLIENTS names no folder. Copy tests/Clients/package.json into one, run npm install there, and set it.";

    private static readonly string? Folder = Environment.GetEnvironmentVariable("MYCOACH_CLIENTS");

    /// <summary>A named folder without the agents makes their tests fail.</summary>
    public static bool AreExpected => !string.IsNullOrEmpty(Folder);

    public static string Modules => Path.Combine(Folder!, "node_modules");

    public static string PathOf(string name) => Path.Combine(Modules, ".bin", name);
}
