using System.Diagnostics;

namespace MyCoach.Bench;

/// <summary>Publishes the program.</summary>
internal static class Published
{
    public const string Program = "MyCoach.Functions";

    /// <summary>Whether the linker that Native AOT needs is installed.</summary>
    public static bool CanBeNative =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "clang")));

    /// <summary>Publishes with Native AOT if possible. Returns the folder.</summary>
    public static async Task<string> PublishAsync(string folder)
    {
        await PublishAsync(CanBeNative, folder);
        return folder;
    }

    public static Task PublishAsync(bool isNative, string folder) =>
        isNative
            // Write the zip next to the folder, not into the checkout.
            ? PublishAsync("src/MyCoach.Functions", folder, "-p:Package=native", $"-p:PackageFile={folder}.package.zip")
            : PublishAsync("src/MyCoach.Functions", folder);

    public static async Task PublishAsync(string project, string folder, params string[] properties)
    {
        Console.WriteLine($"Publishing {project} {string.Join(' ', properties)} …");
        using var publish = Process.Start(
            new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-v", "q", .. properties, "-o", folder])
            {
                RedirectStandardOutput = true,
            }
        )!;
        await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
        {
            throw new InvalidOperationException($"{project} could not be published.");
        }
    }
}
