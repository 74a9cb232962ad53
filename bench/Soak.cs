using MyCoach.Dev;
using MyCoach.Dev.Soak;

namespace MyCoach.Bench;

/// <summary>Load and soak: prints what was called, lost and checked.</summary>
internal static class Soak
{
    /// <param name="published">The folder of a published program; null for the one that was built with the bench.</param>
    /// <returns>Whether all checks hold.</returns>
    public static async Task<bool> RunAsync(TimeSpan time, string? published, CancellationToken stopping)
    {
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        var plan = new SoakPlan
        {
            Program = Path.Combine(published ?? AppContext.BaseDirectory, Published.Program),
            Time = time,
        };
        var report = await SoakRun.RunAsync(plan, Console.Error, azurite.Port, stopping);
        Console.WriteLine(report.ToMarkdown());
        return report.Succeeded;
    }
}
