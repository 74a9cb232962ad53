using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>Starts programs repeatedly, in turns, and times their first answers: MyCoach published in three ways, and minimal servers.</summary>
internal static class ColdStart
{
    private const int Rounds = 20;
    private const int Requests = 10_000;
    private const string NodeServer = "require('http').createServer((_, answer) => answer.end('ok')).listen(process.argv[1], '127.0.0.1')";

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);

    /// <param name="Folder">Null for the Node server.</param>
    private sealed record Kind(string Name, string? Folder, bool IsOurs, double PackageMB)
    {
        public List<Sample> Samples { get; } = [];
    }

    /// <param name="FirstReadMs">0 if it reads nothing from storage.</param>
    private sealed record Sample(double FirstOkMs, double FirstReadMs, double IdleMB, double UsedMB);

    /// <param name="folder">Where an earlier run published the programs; null publishes them first.</param>
    public static async Task MeasureAsync(string? folder)
    {
        await using var azurite = await Azurite.StartAsync();
        folder ??= await PublishAsync();
        Kind[] kinds =
        [
            Of("MyCoach, JIT", folder, "jit", isOurs: true),
            Of("MyCoach, ReadyToRun", folder, "r2r", isOurs: true),
            Of("MyCoach, Native AOT", folder, "aot", isOurs: true),
            Of("smallest ASP.NET Core app, Native AOT", folder, "smallest", isOurs: false),
            new("smallest Node server", null, IsOurs: false, PackageMB: 0),
        ];
        // Start each once without timing, so that no sample includes a cold disk cache or table creation.
        foreach (var kind in kinds)
        {
            await StartAsync(kind, azurite, requests: 0);
        }
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var kind in kinds)
            {
                kind.Samples.Add(await StartAsync(kind, azurite, round < 3 ? Requests : 0));
            }
        }
        Console.WriteLine($"Median of {Rounds} starts (lowest to highest), in turns in one run; memory after {Requests} requests of 3:");
        Console.WriteLine(
            Figures.Head(
                "",
                "first 200 on /api/health, ms",
                "first key read, ms",
                "RSS idle, MB",
                $"RSS after {Requests} requests, MB",
                "package, MB zipped"
            )
        );
        foreach (var kind in kinds)
        {
            Console.WriteLine(
                Figures.Row(
                    $"{kind.Name}",
                    $"{Spread(kind, sample => sample.FirstOkMs)}",
                    $"{(kind.IsOurs ? Spread(kind, sample => sample.FirstReadMs) : "")}",
                    $"{Spread(kind, sample => sample.IdleMB)}",
                    $"{kind.Samples.Where(sample => sample.UsedMB > 0).Select(sample => sample.UsedMB).Median():0}",
                    $"{(kind.Folder is null ? "" : kind.PackageMB.ToString("0.0", CultureInfo.InvariantCulture))}"
                )
            );
        }
        Console.WriteLine($"Published in {folder}");
    }

    private static async Task<string> PublishAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mycoach-bench").FullName;
        await Published.PublishAsync("src/MyCoach.Functions", Path.Combine(folder, "jit"), "-p:PublishReadyToRun=false");
        await Published.PublishAsync(isNative: false, Path.Combine(folder, "r2r"));
        await Published.PublishAsync(isNative: true, Path.Combine(folder, "aot"));
        await Published.PublishAsync("bench/smallest", Path.Combine(folder, "smallest"));
        return folder;
    }

    private static Kind Of(string name, string folder, string part, bool isOurs)
    {
        var (from, zip) = (Path.Combine(folder, part), Path.Combine(folder, $"{part}.zip"));
        File.Delete(zip);
        ZipFile.CreateFromDirectory(from, zip);
        return new Kind(name, from, isOurs, new FileInfo(zip).Length / 1e6);
    }

    private static async Task<Sample> StartAsync(Kind kind, Azurite azurite, int requests)
    {
        var port = LocalPort.Free().ToString(CultureInfo.InvariantCulture);
        var start = kind.Folder is null
            ? new ProcessStartInfo("node", ["-e", NodeServer, port])
            : new ProcessStartInfo(Path.Combine(kind.Folder, kind.IsOurs ? Published.Program : "Smallest")) { WorkingDirectory = kind.Folder };
        start.RedirectStandardOutput = true;
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        start.Environment["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development";
        start.Environment["Storage__ConnectionString"] = azurite.ConnectionString;
        start.Environment["API_KEY_ENCRYPTION_KEY"] = new string('5', 64);
        start.Environment["Auth__DevelopmentUser"] = "bench";
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var path = kind.IsOurs ? "/api/health" : "/";
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        try
        {
            var ok = await TimeAsync(http, path, started);
            var read = kind.IsOurs ? await TimeAsync(http, "/api/keys", started) : 0;
            var idle = MegaBytes(process);
            for (var i = 0; i < requests; i++)
            {
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
            }
            return new Sample(ok, read, idle, requests == 0 ? 0 : MegaBytes(process));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static double MegaBytes(Process process)
    {
        process.Refresh();
        return process.WorkingSet64 / 1e6;
    }

    private static async Task<double> TimeAsync(HttpClient http, string path, long started)
    {
        while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
        {
            try
            {
                using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
                if (answer.IsSuccessStatusCode)
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

    private static string Spread(Kind kind, Func<Sample, double> figure)
    {
        var sorted = kind.Samples.Select(figure).Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2]:0} ({sorted[0]:0}–{sorted[^1]:0})");
    }
}
