using System.Collections.Concurrent;
using System.Globalization;
using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>
/// Measures what a budget adds to a call, compared with calls without a budget and with a gateway that checks a budget
/// before each call and updates it afterwards. All call the same provider stub and take turns.
/// </summary>
internal static class BudgetCost
{
    // More than any run spends.
    private const long BudgetCents = 100_000_000;

    private const int Unbudgeted = 0;
    private const int Budgeted = 1;

    private static readonly (string Name, int Connections, int FirstMs)[] Loads =
    [
        ("100 ms provider", 8, 100),
        ("0 ms provider", 1, 0),
        ("0 ms provider", 16, 0),
        ("0 ms provider", 64, 0),
    ];

    public static async Task MeasureAsync(int rounds, TimeSpan time, string? published, CancellationToken stopping)
    {
        var folder = Directory.CreateTempSubdirectory("mycoach-bench").FullName;
        try
        {
            published ??= await Published.PublishAsync(Path.Combine(folder, "mycoach"));
            await MeasureAsync(rounds, time, published, folder, stopping);
            await CountAsync(time, published, stopping);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        await UsableBudget.MeasureAsync(stopping);
    }

    private static async Task MeasureAsync(
        int rounds,
        TimeSpan time,
        string published,
        string folder,
        CancellationToken stopping
    )
    {
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var stub = await StubProcess.StartAsync(stopping);
        await using var program = await StartAsync(published, azurite.ConnectionString, stub.Address, stopping);
        await using var observer = await BudgetObserver.StartAsync(
            Path.Combine(folder, "observer"),
            stub.Address,
            stopping
        );
        using var direct = new Peer(
            "direct",
            null,
            new Uri(stub.Address, "/v1/chat/completions"),
            [
                [],
            ]
        );
        using var without = program.PeerOf(", no budget", users: 1, Unbudgeted);
        using var with = program.PeerOf(", a budget", users: 1, Budgeted);
        Peer[] peers = [direct, without, with, .. observer is null ? Array.Empty<Peer>() : [observer.Peer]];
        var samples = new ConcurrentDictionary<(Peer, int Load), List<LoadRound>>();
        for (var round = 0; round <= rounds; round++)
        {
            await Console.Error.WriteLineAsync(round == 0 ? "Warming up …" : $"Round {round} of {rounds} …");
            foreach (var (i, load) in Loads.Index())
            {
                await stub.SetPaceAsync(load.FirstMs, stopping);
                foreach (
                    var peer in Enumerable.Range(0, peers.Length).Select(index => peers[(index + round) % peers.Length])
                )
                {
                    var sample = await RunAsync(peer, load.Connections, time, stopping);
                    if (round > 0)
                    {
                        samples.GetOrAdd((peer, i), _ => []).Add(sample);
                    }
                }
            }
        }
        Console.WriteLine(
            $"Median of {rounds} rounds of {time.TotalSeconds:0.#} s each (lowest to highest), in turns in one run, one user:"
        );
        Console.WriteLine();
        Console.WriteLine($"| | {string.Join(" | ", peers.Select(peer => peer.Name))} |");
        Console.WriteLine($"| --- |{string.Concat(peers.Select(_ => " --- |"))}");
        foreach (var (i, load) in Loads.Index())
        {
            var what = string.Create(
                CultureInfo.InvariantCulture,
                $"{load.Name}, {load.Connections} connection{(load.Connections > 1 ? "s" : "")}"
            );
            Print($"{what}: calls/s", peer => samples[(peer, i)].Select(round => round.PerSecond), "0");
            Print(
                $"{what}: p50, ms",
                peer => samples[(peer, i)].Select(round => round.LatenciesMs.Percentile(0.5)),
                "0.0"
            );
            Print(
                $"{what}: p99, ms",
                peer => samples[(peer, i)].Select(round => round.LatenciesMs.Percentile(0.99)),
                "0.0"
            );
        }
        Console.WriteLine(
            $"| failed | {string.Join(" | ", peers.Select(peer => Loads.Index().Sum(load => samples[(peer, load.Index)].Sum(round => round.Failed))))} |"
        );
        foreach (var peer in peers.Where(peer => peer.Fault is not null))
        {
            Console.WriteLine($"{peer.Name}: {peer.Fault}");
        }
        Console.WriteLine();

        void Print(string what, Func<Peer, IEnumerable<double>> of, string format)
        {
            string Show(double value) => value.ToString(format, CultureInfo.InvariantCulture);
            var cells = peers
                .Select(peer => of(peer).ToArray())
                .Select(all => $"{Show(all.Median())} ({Show(all.Min())}–{Show(all.Max())})");
            Console.WriteLine($"| {what} | {string.Join(" | ", cells)} |");
        }
    }

    /// <summary>
    /// Counts billable storage requests with a proxy. Takes no times, because the proxy slows the storage down.
    /// </summary>
    private static async Task CountAsync(TimeSpan time, string published, CancellationToken stopping)
    {
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        await using var proxy = await StorageProxy.StartAsync(azurite.Port);
        await using var stub = await StubProcess.StartAsync(stopping);
        await using var program = await StartAsync(published, proxy.ConnectionString, stub.Address, stopping);
        Console.WriteLine("| storage requests per call, of them transactions | no budget | a budget |");
        Console.WriteLine("| --- | --- | --- |");
        foreach (var connections in new[] { 1, 16, 64 })
        {
            var cells = new List<string>();
            foreach (var user in new[] { Unbudgeted, Budgeted })
            {
                using var peer = program.PeerOf("", users: 1, user);
                await RunAsync(peer, connections, time / 3, stopping);
                await program.AskAsync(user, HttpMethod.Get, "/api/budget", body: null, stopping);
                proxy.ClearCalls();
                var round = await RunAsync(peer, connections, time, stopping);
                await program.AskAsync(user, HttpMethod.Get, "/api/budget", body: null, stopping);
                var (all, transactions) = (proxy.Calls.Count, proxy.Calls.Count(call => call.IsTransaction));
                cells.Add(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{(double)all / round.Succeeded:0.00}, {(double)transactions / round.Succeeded:0.00}"
                    )
                );
            }
            Console.WriteLine($"| 0 ms provider, {connections} connections | {string.Join(" | ", cells)} |");
        }
        Console.WriteLine();
    }

    private static Task<LoadRound> RunAsync(Peer peer, int connections, TimeSpan time, CancellationToken stopping) =>
        Load.RunAsync(
            connections,
            time,
            (connection, over) => peer.CallAsync(connection, streams: false, [], over),
            finishes: true,
            stopping
        );

    private static async Task<PublishedProgram> StartAsync(
        string published,
        string connectionString,
        Uri stub,
        CancellationToken stopping
    )
    {
        var program = await PublishedProgram.StartAsync(published, connectionString, "budgets", stub, stopping);
        foreach (var user in new[] { Unbudgeted, Budgeted })
        {
            await program.AskAsync(
                user,
                HttpMethod.Put,
                "/api/keys/openai",
                new { apiKey = "sk-a-key-of-the-bench" },
                stopping
            );
        }
        await program.AskAsync(
            Budgeted,
            HttpMethod.Patch,
            "/api/settings",
            new { monthlyBudgetCents = BudgetCents },
            stopping
        );
        return program;
    }
}
