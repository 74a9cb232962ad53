using System.Diagnostics;

namespace MyCoach.Bench;

/// <summary>The program as it is published.</summary>
internal static class Published
{
    public const string Program = "MyCoach.Functions";

    /// <summary>Whether the linker that Native AOT needs is here.</summary>
    public static bool CanBeNative =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "clang")));

    /// <summary>As it is best published here, and gives the folder.</summary>
    public static async Task<string> PublishAsync(string folder)
    {
        await PublishAsync(CanBeNative, folder);
        return folder;
    }

    public static async Task PublishAsync(bool isNative, string folder)
    {
        Console.WriteLine($"Publishing {(isNative ? "aot" : "jit")} …");
        using var publish = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                ["publish", "src/MyCoach.Functions", "-c", "Release", "-v", "q", $"-p:PublishAot={(isNative ? "true" : "false")}", "-o", folder]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
    }
}
