using System.Collections.Concurrent;

namespace MyCoach.Bench;

/// <summary>Loads several running apps in turns and compares latency and CPU time. The first app is no gateway.</summary>
internal sealed class FunctionsLoad : IAsyncDisposable
{
    private const int ProviderMs = 100;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private readonly MeasuredApp[] apps;
    private readonly StubProcess stub;
    private readonly Peer direct;
    private readonly List<RunningApp> running = [];
    private readonly Dictionary<(string What, int Which), List<Sample>> samples = [];
    private readonly Dictionary<bool, List<double>> directMs = new() { [false] = [], [true] = [] };

    private FunctionsLoad(MeasuredApp[] apps, StubProcess stub)
    {
        (this.apps, this.stub) = (apps, stub);
        direct = new Peer(
            "direct",
            null,
            new Uri(stub.Address, "/v1/chat/completions"),
            [("Authorization", "Bearer sk-a-key-of-the-bench")]
        );
    }

    private sealed record Sample(double P50Ms, double P95Ms, double CpuMicroseconds);

    public static async Task<FunctionsLoad> StartAsync(
        MeasuredApp[] apps,
        StubProcess stub,
        (string, string)[] environment,
        CancellationToken stopping
    )
    {
        var load = new FunctionsLoad(apps, stub);
        try
        {
            foreach (var app in apps)
            {
                load.running.Add(
                    await RunningApp.StartAsync(app.Folder, app.IsNative, app.Path, environment, stopping)
                );
            }
            foreach (var program in load.running.Skip(1))
            {
                await program.StoreKeyAsync(stopping);
            }
            return load;
        }
        catch
        {
            await load.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a warm-up and then <paramref name="rounds"/> rounds.</summary>
    public async Task RunAsync(int rounds, TimeSpan time, CancellationToken stopping)
    {
        for (var round = 0; round <= rounds; round++)
        {
            var isWarmUp = round == 0;
            await RunConstantsAsync(isWarmUp, isWarmUp ? WarmUp : time, stopping);
            await RunCallsAsync(isWarmUp, isWarmUp ? WarmUp : time, stopping);
        }
    }

    public void Print(int rounds, TimeSpan time)
    {
        Console.WriteLine(
            $"Median of {rounds} rounds of {time.TotalSeconds:0.#} s (lowest to highest), in turns in one run:"
        );
        Console.WriteLine(Figures.Head(["", .. apps.Select(app => app.Name)]));
        foreach (var what in samples.Keys.Select(key => key.What).Distinct())
        {
            PrintRow($"{what}: p50, ms", what, sample => sample.P50Ms, "0.00");
            PrintRow($"{what}: p95, ms", what, sample => sample.P95Ms, "0.00");
            PrintRow($"{what}: CPU of the program, µs", what, sample => sample.CpuMicroseconds, "0");
        }
        var memory = running.Select(program => Figures.Number(program.MegaBytes, "0"));
        Console.WriteLine($"| RSS after the load, MB | {string.Join(" | ", memory)} |");
    }

    public void PrintDirect() =>
        Console.WriteLine(
            $"Directly at the provider a call takes {Figures.Spread(directMs[false], "0.00")} ms, a stream {Figures.Spread(directMs[true], "0.00")} ms."
        );

    public async ValueTask DisposeAsync()
    {
        direct.Dispose();
        foreach (var program in running)
        {
            await program.DisposeAsync();
        }
    }

    private async Task RunConstantsAsync(bool isWarmUp, TimeSpan time, CancellationToken stopping)
    {
        foreach (var connections in (int[])[1, 8])
        {
            foreach (var which in Enumerable.Range(0, apps.Length))
            {
                await MeasureAsync(
                    $"a constant, {connections} at once",
                    which,
                    over => running[which].GetAsync(apps[which].Path, over),
                    connections,
                    isWarmUp,
                    time,
                    stopping
                );
            }
        }
    }

    private async Task RunCallsAsync(bool isWarmUp, TimeSpan time, CancellationToken stopping)
    {
        await stub.SetPaceAsync(ProviderMs, stopping);
        foreach (var streams in (bool[])[false, true])
        {
            var alone = await Load.RunAsync(
                8,
                time,
                (_, over) => direct.CallAsync(0, streams, [], over),
                finishes: true,
                stopping
            );
            if (!isWarmUp)
            {
                directMs[streams].Add(alone.LatenciesMs.Median());
            }
            foreach (var which in Enumerable.Range(1, apps.Length - 1))
            {
                var (peer, unused) = (running[which].Gateway, new ConcurrentBag<double>());
                await MeasureAsync(
                    $"a {(streams ? "stream" : "call")}, {ProviderMs} ms provider, 8 at once",
                    which,
                    over => peer.CallAsync(0, streams, unused, over),
                    connections: 8,
                    isWarmUp,
                    time,
                    stopping
                );
            }
        }
    }

    private async Task MeasureAsync(
        string what,
        int which,
        Func<CancellationToken, Task<CallResult>> call,
        int connections,
        bool isWarmUp,
        TimeSpan time,
        CancellationToken stopping
    )
    {
        var before = running[which].CpuTime;
        var load = await Load.RunAsync(connections, time, (_, over) => call(over), finishes: true, stopping);
        if (load.Failed > 0)
        {
            throw new InvalidOperationException(
                $"{apps[which].Name}, {what}: {load.Failed} calls failed. {running[which].Gateway.Fault}"
            );
        }
        if (!isWarmUp)
        {
            var cpu = (running[which].CpuTime - before).TotalMicroseconds / Math.Max(load.Succeeded, 1);
            samples.TryAdd((what, which), []);
            samples[(what, which)].Add(new Sample(load.LatenciesMs.Median(), load.LatenciesMs.Percentile(0.95), cpu));
        }
    }

    private void PrintRow(string title, string what, Func<Sample, double> figure, string format)
    {
        var cells = Enumerable
            .Range(0, apps.Length)
            .Select(which =>
                samples.TryGetValue((what, which), out var all) ? Figures.Spread(all.Select(figure), format) : "–"
            );
        Console.WriteLine($"| {title} | {string.Join(" | ", cells)} |");
    }
}
