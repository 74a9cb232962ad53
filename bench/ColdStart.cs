using System.Diagnostics;
using System.Globalization;
using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>Starts the published program again and again, Native AOT and JIT in turns, as the Functions host does, and times its first answers.</summary>
internal static class ColdStart
{
    private const int Rounds = 20;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);

    private sealed record Sample(double FirstAnswerMs, double FirstOkMs, double FirstReadMs, double MegaBytes);

    public static async Task MeasureAsync((string Aot, string Jit)? published)
    {
        await using var azurite = await Azurite.StartAsync();
        var (aot, jit) = published ?? await PublishAsync();
        // One of each beforehand, so that neither pays for the disk or for making the tables.
        await StartAsync(aot, azurite);
        await StartAsync(jit, azurite);
        var (ahead, justInTime) = (new List<Sample>(), new List<Sample>());
        for (var round = 0; round < Rounds; round++)
        {
            ahead.Add(await StartAsync(aot, azurite));
            justInTime.Add(await StartAsync(jit, azurite));
        }
        Console.WriteLine($"Median of {Rounds} starts (lowest to highest), in turns in one run:");
        Console.WriteLine("| | first answer on /, ms | first 200 on /api/health, ms | first settings read, ms | RSS then, MB |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        Print("Native AOT", ahead);
        Print("JIT", justInTime);
    }

    private static async Task<(string, string)> PublishAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mycoach-bench").FullName;
        await Published.PublishAsync(isNative: true, Path.Combine(folder, "aot"));
        await Published.PublishAsync(isNative: false, Path.Combine(folder, "jit"));
        return (Path.Combine(folder, "aot"), Path.Combine(folder, "jit"));
    }

    private static async Task<Sample> StartAsync(string folder, Azurite azurite)
    {
        var port = LocalPort.Free();
        var start = new ProcessStartInfo(Path.Combine(folder, Published.Program)) { WorkingDirectory = folder, RedirectStandardOutput = true };
        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development";
        start.Environment["Storage__ConnectionString"] = azurite.ConnectionString;
        start.Environment["API_KEY_ENCRYPTION_KEY"] = new string('5', 64);
        start.Environment["Auth__DevelopmentUser"] = "bench";
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        try
        {
            var answer = await TimeAsync(http, "/", started, mustBeOk: false);
            var ok = await TimeAsync(http, "/api/health", started, mustBeOk: true);
            var read = await TimeAsync(http, "/api/settings", started, mustBeOk: true);
            process.Refresh();
            return new Sample(answer, ok, read, process.WorkingSet64 / 1e6);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<double> TimeAsync(HttpClient http, string path, long started, bool mustBeOk)
    {
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.IsSuccessStatusCode || !mustBeOk)
                {
                    return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(Poll);
        }
        throw new InvalidOperationException($"{path} did not answer within 30 seconds.");
    }

    private static void Print(string name, List<Sample> samples)
    {
        Func<Sample, double>[] figures =
        [
            sample => sample.FirstAnswerMs,
            sample => sample.FirstOkMs,
            sample => sample.FirstReadMs,
            sample => sample.MegaBytes,
        ];
        Console.WriteLine($"| {name} | {string.Join(" | ", figures.Select(figure => Spread([.. samples.Select(figure).Order()])))} |");
    }

    private static string Spread(double[] sorted) =>
        string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2]:0} ({sorted[0]:0}–{sorted[^1]:0})");
}
