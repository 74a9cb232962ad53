using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>
/// Measures MyCoach as a worker of the Functions host, compared with a minimal function app and with the native
/// program, which needs no host. Both workers run behind the same double of the host and take turns.
/// </summary>
internal static class FunctionsCost
{
    private const int Starts = 10;
    private const int Requests = 10_000;

    public static async Task MeasureAsync(int rounds, TimeSpan time, string? published, CancellationToken stopping)
    {
        var folder = published ?? await PublishAsync();
        MeasuredApp[] apps =
        [
            new("bare function, JIT", Path.Combine(folder, "bare-jit"), "/bare", IsNative: false),
            new("bare function, ReadyToRun", Path.Combine(folder, "bare"), "/bare", IsNative: false),
            new("MyCoach, JIT", Path.Combine(folder, "jit"), "/api/health", IsNative: false),
            new("MyCoach, ReadyToRun", Path.Combine(folder, "functions"), "/api/health", IsNative: false),
            new("MyCoach alone, Native AOT", Path.Combine(folder, "native"), "/api/health", IsNative: true),
        ];
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var stub = await StubProcess.StartAsync(stopping);
        var environment = Environment(azurite, stub);
        for (var round = 0; round <= Starts; round++)
        {
            foreach (var app in apps)
            {
                await using var running = await RunningApp.StartAsync(
                    app.Folder,
                    app.IsNative,
                    app.Path,
                    environment,
                    stopping
                );
                if (round > 0)
                {
                    app.StartsMs.Add(running.StartMs);
                    app.StartMegaBytes.Add(running.MegaBytes);
                }
            }
        }
        MeasuredApp[] loaded = [.. apps.Where(app => !app.Name.EndsWith("JIT", StringComparison.Ordinal))];
        var load = await FunctionsLoad.StartAsync(loaded, stub, environment, stopping);
        await using (load)
        {
            await load.RunAsync(rounds, time, stopping);
            load.Print(rounds, time);
        }
        await PrintMemoryAsync(loaded, environment, stopping);
        load.PrintDirect();
        Console.WriteLine();
        Console.WriteLine($"Median of {Starts} starts (lowest to highest), in turns:");
        Console.WriteLine(Figures.Head("", "process start to the first answer, ms", "RSS then, MB"));
        foreach (var app in apps)
        {
            Console.WriteLine(
                Figures.Row($"{app.Name}", $"{Figures.Spread(app.StartsMs)}", $"{app.StartMegaBytes.Median():0}")
            );
        }
        Console.WriteLine($"Published in {folder}");
    }

    private static async Task PrintMemoryAsync(
        MeasuredApp[] apps,
        (string, string)[] environment,
        CancellationToken stopping
    )
    {
        var after = new List<string>();
        foreach (var app in apps)
        {
            await using var running = await RunningApp.StartAsync(
                app.Folder,
                app.IsNative,
                app.Path,
                environment,
                stopping
            );
            for (var request = 0; request < Requests; request++)
            {
                await running.GetAsync(app.Path, stopping);
            }
            after.Add(Figures.Number(running.MegaBytes, "0"));
        }
        Console.WriteLine($"| RSS after {Requests} requests, one after the other, MB | {string.Join(" | ", after)} |");
    }

    private static async Task<string> PublishAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mycoach-bench").FullName;
        await Published.PublishAsync("bench/bare", Path.Combine(folder, "bare-jit"));
        await Published.PublishAsync("bench/bare", Path.Combine(folder, "bare"), "-p:PublishReadyToRun=true");
        await Published.PublishAsync(
            "src/MyCoach.Functions",
            Path.Combine(folder, "jit"),
            "-p:PublishReadyToRun=false"
        );
        await Published.PublishAsync("src/MyCoach.Functions", Path.Combine(folder, "functions"));
        await Published.PublishAsync(isNative: true, Path.Combine(folder, "native"));
        return folder;
    }

    private static (string, string)[] Environment(Azurite azurite, StubProcess stub) =>
        [
            .. BenchApp
                .Settings(azurite.ConnectionString, "functions", port: 0)
                .Where(setting => !setting.StartsWith("--urls", StringComparison.Ordinal))
                .Append($"--Providers:openai:BaseUrl={stub.Address}")
                .Select(setting => setting[2..].Split('=', 2))
                .Select(pair => (pair[0].Replace(":", "__", StringComparison.Ordinal), pair[1])),
        ];
}
