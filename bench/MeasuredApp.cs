namespace MyCoach.Bench;

/// <summary>An app to measure as a worker of the Functions host, or alone.</summary>
/// <param name="Path">A path that the app answers without a token.</param>
internal sealed record MeasuredApp(string Name, string Folder, string Path, bool IsNative)
{
    public List<double> StartsMs { get; } = [];
    public List<double> StartMegaBytes { get; } = [];
}
