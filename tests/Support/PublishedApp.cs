using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace MyCoach.Tests.Support;

/// <summary>
/// The app as it is deployed: unpacked from the zip that <c>MYCOACH_PACKAGE</c> names where somebody packaged it already (with Native AOT, which needs
/// clang), else from the framework-dependent one, packaged here. Where no package is made for this machine, it is only published.
/// </summary>
public sealed class PublishedApp : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private TemporaryFolder? temporary;

    public string Folder { get; private set; } = "";

    /// <summary>The zip; null where there is none for this machine.</summary>
    public string? Package { get; private set; }

    public bool IsNative => !File.Exists(Path.Combine(Folder, "MyCoach.Functions.dll"));

    public string Executable => Path.Combine(Folder, OperatingSystem.IsWindows() ? "MyCoach.Functions.exe" : "MyCoach.Functions");

    /// <summary>What the Functions host starts, as <c>host.json</c> says it: a file of the folder, or a command.</summary>
    public (string Program, string[] Arguments) Start
    {
        get
        {
            var description = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "host.json")))!["customHandler"]!["description"]!;
            var program = (string)description["defaultExecutablePath"]!;
            return (
                program == "dotnet" ? ChildProgram.Dotnet : Executable,
                [.. (description["arguments"]?.AsArray() ?? []).Select(argument => (string)argument!)]
            );
        }
    }

    private static bool IsPackagedHere => OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64;

    public async ValueTask InitializeAsync()
    {
        temporary = new TemporaryFolder();
        Package = Environment.GetEnvironmentVariable("MYCOACH_PACKAGE") is { Length: > 0 } made ? Path.GetFullPath(made) : null;
        if (Package is null)
        {
            await PublishAsync(Path.Combine(temporary.Name, "out"));
        }
        if (Package is not null)
        {
            Folder = Path.Combine(temporary.Name, "unpacked");
            await ZipFile.ExtractToDirectoryAsync(Package, Folder, TestContext.Current.CancellationToken);
        }
    }

    private async Task PublishAsync(string folder)
    {
        Folder = folder;
        Package = IsPackagedHere ? $"{folder}.zip" : null;
        // Artifacts apart from the checkout's, and no server that outlives the command.
        string[] arguments =
        [
            "publish",
            Repository.Functions,
            "--configuration",
            "Release",
            .. IsPackagedHere ? (string[])["-p:Package=framework-dependent", $"-p:PackageFile={Package}"] : ["-p:PublishAot=false"],
            "--output",
            Folder,
            "--artifacts-path",
            $"{folder}-artifacts",
            "--disable-build-servers",
        ];
        await using var publish = ChildProgram.Start(ChildProgram.Dotnet, arguments, Repository.Root);
        Assert.True(await publish.ExitAsync(Patience) == 0, publish.Told);
    }

    public ValueTask DisposeAsync()
    {
        temporary?.Dispose();
        return ValueTask.CompletedTask;
    }
}
