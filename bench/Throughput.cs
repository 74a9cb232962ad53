using MyCoach.Dev;

namespace MyCoach.Bench;

/// <summary>
/// Measures how many model calls can be recorded per second, by number of connections, for one user and for many, with
/// and without group commit. Compares them with the bare transactions that Azurite takes from as many connections in
/// the same run.
/// </summary>
internal static class Throughput
{
    private const int Rounds = 3;

    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Counting = TimeSpan.FromSeconds(0.7);

    // Writers that race for one user's ledger give up only after many attempts, which takes ten seconds or more.
    private static readonly TimeSpan CountingOfRaces = TimeSpan.FromSeconds(30);
    private static readonly int[] Connections = [1, 16, 64];
    private static readonly int[] Users = [1, Recording.MaxUsers];

    private sealed record Case(int Connections, int Users, int Way);

    /// <param name="Transactions">Requests that reached the table service.</param>
    /// <param name="Round">A round in which every call was completed.</param>
    private sealed record Counted(int Transactions, LoadRound Round)
    {
        public double TransactionsPerPost => (double)Transactions / Round.Succeeded;
        public double AttemptsPerPost => (double)Round.Attempts / Round.Succeeded;
    }

    private static IEnumerable<Case> Cases(int connections) =>
        from users in Users
        from way in Enumerable.Range(0, Recording.Names.Count)
        select new Case(connections, users, way);

    public static async Task MeasureAsync(CancellationToken stopping)
    {
        await using var azurite = await Azurite.StartAsync(cancellation: stopping);
        var (bare, recorded) = await TimeAsync(azurite, stopping);
        var counted = await CountAsync(azurite, stopping);

        Console.WriteLine(
            $"Median of {Rounds} rounds of {Round.TotalSeconds:0.#} s each, in turns in one run; latencies of all rounds:"
        );
        Console.WriteLine();
        Console.WriteLine(
            Figures.Head(
                "connections",
                "users",
                "way",
                "posts/s",
                "of the ceiling",
                "p50, ms",
                "p95, ms",
                "storage transactions per post",
                "attempts per post",
                "gave up"
            )
        );
        foreach (var connections in Connections)
        {
            var ceiling = bare[connections];
            Print(
                $"{connections}",
                $"–",
                $"**ceiling**: a bare transaction of 3 new rows",
                ceiling,
                ceiling,
                $"1",
                $"–",
                $"–"
            );
            foreach (var testCase in Cases(connections))
            {
                var rounds = recorded[testCase];
                var (count, isKnown) = (counted[testCase], testCase.Way >= Recording.FirstUngrouped);
                FormattableString attempts = isKnown ? (FormattableString)$"{count.AttemptsPerPost:0.0}" : $"–";
                FormattableString failed = $"{count.Round.Failed} of {count.Round.Failed + count.Round.Succeeded}";
                Print(
                    $"{connections}",
                    $"{testCase.Users}",
                    $"{Recording.Names[testCase.Way]}",
                    rounds,
                    ceiling,
                    $"{count.TransactionsPerPost:0.0}",
                    attempts,
                    failed
                );
            }
        }
        var grouped = recorded
            .Where(pair => pair.Key.Way < Recording.FirstUngrouped)
            .SelectMany(pair => pair.Value)
            .ToArray();
        Console.WriteLine();
        Console.WriteLine(
            $"With group commit, {grouped.Sum(round => round.Failed)} of {grouped.Sum(round => round.Succeeded)} posts failed while timed."
        );
    }

    private static void Print(
        FormattableString connections,
        FormattableString users,
        FormattableString way,
        List<LoadRound> rounds,
        List<LoadRound> ceiling,
        FormattableString transactions,
        FormattableString attempts,
        FormattableString failed
    )
    {
        var latencies = rounds.SelectMany(round => round.LatenciesMs).ToArray();
        var (p50, p95) = (latencies.Percentile(0.5), latencies.Percentile(0.95));
        var ratio = rounds.Zip(ceiling, (round, bare) => round.PerSecond / bare.PerSecond).Median();
        Console.WriteLine(
            Figures.Row(
                connections,
                users,
                way,
                $"{Rate(rounds):0}",
                $"{ratio:0.00}",
                $"{p50:0.0}",
                $"{p95:0.0}",
                transactions,
                attempts,
                failed
            )
        );
    }

    private static double Rate(List<LoadRound> rounds) => rounds.Select(round => round.PerSecond).Median();

    private static async Task<(
        Dictionary<int, List<LoadRound>> Bare,
        Dictionary<Case, List<LoadRound>> Recorded
    )> TimeAsync(Azurite azurite, CancellationToken stopping)
    {
        await using var app = new BenchApp(azurite.ConnectionString, "timed");
        await app.StartAsync();
        using var recording = new Recording(app, azurite.ConnectionString, "timed");
        await recording.MakeTableAsync();
        var bare = Connections.ToDictionary(connections => connections, _ => new List<LoadRound>());
        var recorded = Connections.SelectMany(Cases).ToDictionary(testCase => testCase, _ => new List<LoadRound>());
        // The first round warms up and does not count.
        for (var round = 0; round <= Rounds; round++)
        {
            await Console.Error.WriteLineAsync(round == 0 ? "Warming up …" : $"Round {round} of {Rounds} …");
            var time = round == 0 ? Counting : Round;
            foreach (var connections in Connections)
            {
                bare[connections]
                    .Add(await Load.RunAsync(connections, time, recording.BareAsync, finishes: false, stopping));
                foreach (var testCase in Cases(connections))
                {
                    recorded[testCase].Add(await RunAsync(recording, testCase, time, finishes: false, stopping));
                }
            }
            if (round == 0)
            {
                bare.Values.Concat(recorded.Values).ToList().ForEach(rounds => rounds.Clear());
            }
        }
        return (bare, recorded);
    }

    /// <summary>
    /// Counts the storage transactions of each post with a proxy. Takes no times, because the proxy slows the storage
    /// down.
    /// </summary>
    private static async Task<Dictionary<Case, Counted>> CountAsync(Azurite azurite, CancellationToken stopping)
    {
        await Console.Error.WriteLineAsync("Counting storage transactions …");
        await using var proxy = await StorageProxy.StartAsync(azurite.Port);
        await using var app = new BenchApp(proxy.ConnectionString, "counted");
        await app.StartAsync();
        using var recording = new Recording(app, proxy.ConnectionString, "counted");
        // Do not count the extra transactions of a user's first post of the month.
        await Task.WhenAll(Enumerable.Range(0, Recording.MaxUsers).Select(user => recording.Ways[0](user, stopping)));
        var counted = new Dictionary<Case, Counted>();
        foreach (var testCase in Connections.SelectMany(Cases))
        {
            proxy.ClearCalls();
            var time = testCase is { Connections: > 1, Way: Recording.Racing } ? CountingOfRaces : Counting;
            var round = await RunAsync(recording, testCase, time, finishes: true, stopping);
            counted[testCase] = new Counted(proxy.Calls.Count, round);
        }
        return counted;
    }

    private static Task<LoadRound> RunAsync(
        Recording recording,
        Case testCase,
        TimeSpan time,
        bool finishes,
        CancellationToken stopping
    ) =>
        Load.RunAsync(
            testCase.Connections,
            time,
            (_, over) => recording.Ways[testCase.Way](Random.Shared.Next(testCase.Users), over),
            finishes,
            stopping
        );
}
