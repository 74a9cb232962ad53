using System.IO.Compression;
using System.Runtime.InteropServices;

namespace MyCoach.Tests.Support;

/// <summary>
/// The function app as it is deployed: unpacked from the zip that <c>MYCOACH_FUNCTIONS_PACKAGE</c> names where it is
/// made already, else packaged here.
/// </summary>
public sealed class FunctionsPackage : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private TemporaryFolder? temporary;

    public string Folder { get; private set; } = "";

    public string Zip { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        temporary = new TemporaryFolder();
        Zip = MadeAlready("MYCOACH_FUNCTIONS_PACKAGE") ?? await PackageAsync(Path.Combine(temporary.Name, "out"));
        Folder = Path.Combine(temporary.Name, "unpacked");
        await ZipFile.ExtractToDirectoryAsync(Zip, Folder, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        temporary?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The zip that a variable names; null where it names none.</summary>
    public static string? MadeAlready(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } made
            ? Path.GetFullPath(made, Repository.Root)
            : null;

    private static async Task<string> PackageAsync(string folder)
    {
        var zip = $"{folder}.zip";
        // Artifacts apart from the checkout's, no server that outlives the command, and code for this machine, which
        // runs it here.
        string[] arguments =
        [
            "publish",
            Repository.Functions,
            "--configuration",
            "Release",
            "--runtime",
            RuntimeInformation.RuntimeIdentifier,
            "-p:Package=functions",
            $"-p:PackageFile={zip}",
            "--output",
            folder,
            "--artifacts-path",
            $"{folder}-artifacts",
            "--disable-build-servers",
        ];
        await using var publish = ChildProgram.Start(ChildProgram.Dotnet, arguments, Repository.Root);
        Assert.True(await publish.ExitAsync(Patience) == 0, publish.Report);
        return zip;
    }
}
