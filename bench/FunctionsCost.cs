using System.Collections.Concurrent;
using System.Globalization;
using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>
/// Measures MyCoach as a worker of the Functions host, compared with a minimal function app and with the native program, which needs no host. Both
/// workers run behind the same double of the host and take turns.
/// </summary>
internal static class FunctionsCost
{
    private const int Starts = 10;
    private const int Requests = 10_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <param name="Path">A path that the app answers without a token.</param>
    private sealed record App(string Name, string Folder, string Path, bool IsNative)
    {
        public List<double> StartsMs { get; } = [];
        public List<double> StartMegaBytes { get; } = [];
    }

    private sealed record Sample(double P50Ms, double P95Ms, double CpuMicroseconds);

    public static async Task MeasureAsync(int rounds, TimeSpan time, string? published, CancellationToken stopping)
    {
        var folder = published ?? await PublishAsync();
        App[] apps =
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
                await using var running = await RunningApp.StartAsync(app.Folder, app.IsNative, app.Path, environment, stopping);
                if (round > 0)
                {
                    app.StartsMs.Add(running.StartMs);
                    app.StartMegaBytes.Add(running.MegaBytes);
                }
            }
        }
        await PrintAsync([.. apps.Where(app => !app.Name.EndsWith("JIT", StringComparison.Ordinal))], stub, environment, rounds, time, stopping);
        Console.WriteLine();
        Console.WriteLine($"Median of {Starts} starts (lowest to highest), in turns:");
        Console.WriteLine(Figures.Head("", "process start to the first answer, ms", "RSS then, MB"));
        foreach (var app in apps)
        {
            Console.WriteLine(Figures.Row($"{app.Name}", $"{Spread(app.StartsMs)}", $"{app.StartMegaBytes.Median():0}"));
        }
        Console.WriteLine($"Published in {folder}");
    }

    private static async Task PrintAsync(
        App[] apps,
        StubProcess stub,
        (string, string)[] environment,
        int rounds,
        TimeSpan time,
        CancellationToken stopping
    )
    {
        var running = new List<RunningApp>();
        var samples = new Dictionary<(string What, int Which), List<Sample>>();
        var directMs = new Dictionary<bool, List<double>>();
        using var direct = new Peer(
            "direct",
            null,
            new Uri(stub.Address, "/v1/chat/completions"),
            [("Authorization", "Bearer sk-a-key-of-the-bench")]
        );
        try
        {
            foreach (var app in apps)
            {
                running.Add(await RunningApp.StartAsync(app.Folder, app.IsNative, app.Path, environment, stopping));
            }
            foreach (var program in running.Skip(1))
            {
                await program.StoreKeyAsync(stopping);
            }
            for (var round = 0; round <= rounds; round++)
            {
                foreach (var connections in (int[])[1, 8])
                {
                    foreach (var which in Enumerable.Range(0, apps.Length))
                    {
                        var path = apps[which].Path;
                        await KeepAsync($"a constant, {connections} at once", which, connections, over => running[which].GetAsync(path, over));
                    }
                }
                await stub.SetPaceAsync(100, stopping);
                foreach (var streams in (bool[])[false, true])
                {
                    var latencies = await Load.RunAsync(8, time, (_, over) => direct.CallAsync(0, streams, [], over), finishes: true, stopping);
                    directMs.TryAdd(streams, []);
                    directMs[streams].Add(latencies.LatenciesMs.Median());
                    foreach (var which in Enumerable.Range(1, apps.Length - 1))
                    {
                        var what = streams ? "a stream, 100 ms provider, 8 at once" : "a call, 100 ms provider, 8 at once";
                        var (peer, unused) = (running[which].Gateway, new ConcurrentBag<double>());
                        await KeepAsync(what, which, 8, over => peer.CallAsync(0, streams, unused, over));
                    }
                }

                async Task KeepAsync(string what, int which, int connections, Func<CancellationToken, Task<CallResult>> call)
                {
                    var before = running[which].CpuTime;
                    var load = await Load.RunAsync(connections, round == 0 ? WarmUp : time, (_, over) => call(over), finishes: true, stopping);
                    if (load.Failed > 0)
                    {
                        throw new InvalidOperationException(
                            $"{apps[which].Name}, {what}: {load.Failed} calls failed. {running[which].Gateway.Fault}"
                        );
                    }
                    var cpu = (running[which].CpuTime - before).TotalMicroseconds / Math.Max(load.Succeeded, 1);
                    if (round > 0)
                    {
                        var sample = new Sample(load.LatenciesMs.Median(), load.LatenciesMs.Percentile(0.95), cpu);
                        samples.TryAdd((what, which), []);
                        samples[(what, which)].Add(sample);
                    }
                }
            }
            Console.WriteLine($"Median of {rounds} rounds of {time.TotalSeconds:0.#} s (lowest to highest), in turns in one run:");
            Console.WriteLine(Figures.Head(["", .. apps.Select(app => app.Name)]));
            foreach (var what in samples.Keys.Select(key => key.What).Distinct())
            {
                Print($"{what}: p50, ms", sample => sample.P50Ms, "0.00", what);
                Print($"{what}: p95, ms", sample => sample.P95Ms, "0.00", what);
                Print($"{what}: CPU of the program, µs", sample => sample.CpuMicroseconds, "0", what);
            }
            Console.WriteLine($"| RSS after the load, MB | {string.Join(" | ", running.Select(program => Number(program.MegaBytes, "0")))} |");
        }
        finally
        {
            foreach (var program in running)
            {
                await program.DisposeAsync();
            }
        }
        await PrintMemoryAsync(apps, environment, stopping);
        Console.WriteLine(
            $"Directly at the provider a call takes {Spread(directMs[false], "0.00")} ms, a stream {Spread(directMs[true], "0.00")} ms."
        );

        void Print(string title, Func<Sample, double> figure, string format, string what) =>
            Console.WriteLine(
                $"| {title} | {string.Join(" | ", Enumerable.Range(0, apps.Length).Select(which => samples.TryGetValue((what, which), out var all) ? Spread(all.Select(figure), format) : "–"))} |"
            );
    }

    private static async Task PrintMemoryAsync(App[] apps, (string, string)[] environment, CancellationToken stopping)
    {
        var after = new List<string>();
        foreach (var app in apps)
        {
            await using var running = await RunningApp.StartAsync(app.Folder, app.IsNative, app.Path, environment, stopping);
            for (var request = 0; request < Requests; request++)
            {
                await running.GetAsync(app.Path, stopping);
            }
            after.Add(Number(running.MegaBytes, "0"));
        }
        Console.WriteLine($"| RSS after {Requests} requests, one after the other, MB | {string.Join(" | ", after)} |");
    }

    private static async Task<string> PublishAsync()
    {
        var folder = Directory.CreateTempSubdirectory("mycoach-bench").FullName;
        await Published.PublishAsync("bench/bare", Path.Combine(folder, "bare-jit"));
        await Published.PublishAsync("bench/bare", Path.Combine(folder, "bare"), "-p:PublishReadyToRun=true");
        await Published.PublishAsync("src/MyCoach.Functions", Path.Combine(folder, "jit"), "-p:PublishReadyToRun=false");
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

    private static string Spread(IEnumerable<double> values, string format = "0")
    {
        var sorted = values.Order().ToArray();
        return $"{Number(sorted.Median(), format)} ({Number(sorted[0], format)}–{Number(sorted[^1], format)})";
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
