using System.IO.Compression;

namespace MyCoach.Tests.Support;

/// <summary>
/// The native program, where <c>MYCOACH_NATIVE_PACKAGE</c> names its zip. Tests that start the program often use it,
/// because it starts in a fraction of the time.
/// </summary>
internal static class NativeProgram
{
    private static readonly Lazy<Task<string?>> Unpacked = new(UnpackAsync);

    /// <summary>Null where it was not made.</summary>
    public static Task<string?> PathAsync => Unpacked.Value;

    // The folder lives as long as the tests.
    private static async Task<string?> UnpackAsync()
    {
        if (FunctionsPackage.MadeAlready("MYCOACH_NATIVE_PACKAGE") is not { } zip)
        {
            return null;
        }
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        await ZipFile.ExtractToDirectoryAsync(zip, folder.Name);
        return Assert.Single(Directory.EnumerateFiles(folder.Name));
    }
}
