using System.Reflection;

namespace MyCoach.Tests.Support;

/// <summary>The checkout that these tests were built from, for tests that read the sources.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Functions => Path.Combine(Root, "src", "MyCoach.Functions");

    /// <summary>
    /// The files below a folder of the repository, build output left out, as paths relative to the root with forward
    /// slashes.
    /// </summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
        [
            .. Directory
                .EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
                .Where(file => !file.Split('/').Any(part => part is "bin" or "obj" or "out" or "node_modules"))
                .Order(StringComparer.Ordinal),
        ];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    // From the tests' own folder where they were built in the checkout, else from where the development run was built.
    private static string FindRoot() =>
        Above(AppContext.BaseDirectory)
        ?? Above(
            typeof(MyCoach.Dev.DevelopmentRun).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First().Value!
        )
        ?? throw new InvalidOperationException("MyCoach.sln is in no folder above the tests.");

    private static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MyCoach.sln")))
            {
                return folder.FullName;
            }
        }
        return null;
    }
}
