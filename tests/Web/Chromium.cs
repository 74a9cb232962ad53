namespace MyCoach.Tests.Web;

/// <summary>The Chromium of this machine. Tests download no browser.</summary>
internal static class Chromium
{
    public const string Absence =
        "SKIPPED: there is no Chromium. Install it, or set CHROMIUM_PATH to the browser's executable.";

    private static readonly string[] Places =
    [
        "/usr/bin/chromium",
        "/usr/bin/chromium-browser",
        "/usr/bin/google-chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    public static string? Path { get; } =
        Environment.GetEnvironmentVariable("CHROMIUM_PATH") is { Length: > 0 } named
            ? named
            : Places.FirstOrDefault(File.Exists);

    /// <summary>A named browser that does not exist makes the tests fail.</summary>
    public static bool IsExpected => Path is not null;
}
