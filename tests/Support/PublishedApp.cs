namespace MyCoach.Tests.Support;

/// <summary>
/// The app as it is deployed: the folder that <c>MYCOACH_PUBLISHED</c> names where somebody published it already (with Native AOT, which needs clang), else
/// published here without.
/// </summary>
public sealed class PublishedApp : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private TemporaryFolder? temporary;

    public string Folder { get; private set; } = "";

    public string Executable => Path.Combine(Folder, OperatingSystem.IsWindows() ? "MyCoach.Functions.exe" : "MyCoach.Functions");

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("MYCOACH_PUBLISHED") is { Length: > 0 } published)
        {
            Folder = Path.GetFullPath(published);
            return;
        }
        temporary = new TemporaryFolder();
        Folder = Path.Combine(temporary.Name, "out");
        // Artifacts apart from the checkout's, and no server that outlives the command.
        string[] arguments =
        [
            "publish",
            Repository.Functions,
            "--configuration",
            "Release",
            "-p:PublishAot=false",
            "--output",
            Folder,
            "--artifacts-path",
            Path.Combine(temporary.Name, "artifacts"),
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
