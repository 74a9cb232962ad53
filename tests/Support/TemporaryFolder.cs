namespace MyCoach.Tests.Support;

/// <summary>An empty folder that goes away with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Name { get; } = Directory.CreateTempSubdirectory("mycoach-tests-").FullName;

    public void Dispose() => Directory.Delete(Name, recursive: true);
}
