using System.Collections.Concurrent;
using System.Diagnostics;

namespace MyCoach.Bench;

/// <summary>
/// Measures what the gateway adds to a call, compared with a bare forwarder and a gateway without metering, and how
/// soon the spend is visible. All call the same provider stub and take turns.
/// </summary>
internal static class GatewayCost
{
    private const decimal PriceUsd =
        ((ProviderStub.InputTokens * 15m) + (ProviderStub.OutputTokens * 60m)) / 100 / 1_000_000;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SpendPatience = TimeSpan.FromSeconds(30);

    public static readonly IReadOnlyList<GatewayLoad> Loads =
    [
        new("100 ms provider", 8, Streams: false, FirstMs: 100, StepMs: 0),
        new("live stream", 8, Streams: true, FirstMs: 100, StepMs: 10),
        new("0 ms provider", 1, Streams: false, FirstMs: 0, StepMs: 0),
        new("0 ms provider", 16, Streams: false, FirstMs: 0, StepMs: 0),
        new("0 ms provider", 64, Streams: false, FirstMs: 0, StepMs: 0),
        new("0 ms streams", 16, Streams: true, FirstMs: 0, StepMs: 0),
    ];

    public static async Task MeasureAsync(int rounds, TimeSpan time, string? published, CancellationToken stopping)
    {
        await using var peers = new GatewayPeers();
        await peers.StartAsync(published, stopping);
        var table = new GatewayTable(peers);
        foreach (var peer in peers.All)
        {
            table.IdleMegaBytes[peer] = peer.Process?.MegaBytes ?? 0;
        }
        var spends = new List<Spend>();
        for (var round = 0; round <= rounds; round++)
        {
            await Console.Error.WriteLineAsync(round == 0 ? "Warming up …" : $"Round {round} of {rounds} …");
            foreach (var load in Loads)
            {
                await peers.SetPaceAsync(load.FirstMs, load.StepMs, stopping);
                // Rotate the order each round, so that no peer always runs after the same one.
                foreach (
                    var peer in Enumerable
                        .Range(0, peers.All.Count)
                        .Select(i => peers.All[(i + round) % peers.All.Count])
                )
                {
                    var isOurs = peers.MyCoach.Contains(peer);
                    var sample =
                        isOurs && load.IsFull
                            ? await WatchAsync(peers, peer, load, round == 0 ? WarmUp : time, stopping)
                            : await RunAsync(peer, load, round == 0 ? WarmUp : time, stopping);
                    var spend = isOurs ? await SeeSpendAsync(peers, stopping) : null;
                    if (round > 0)
                    {
                        table.Add(peer, load, sample);
                        spends.AddRange(spend is null ? [] : [spend]);
                    }
                }
            }
        }
        Console.WriteLine(
            $"Median of {rounds} rounds of {time.TotalSeconds:0.#} s each (lowest to highest), in turns in one run; added to direct:"
        );
        Console.WriteLine();
        table.Print();
        Console.WriteLine();
        var waits = spends.Select(spend => spend.WaitMs).ToArray();
        Console.WriteLine(
            FormattableString.Invariant(
                $"Spend: after each of {spends.Count} rounds the budgets showed exactly calls × {PriceUsd} USD (at the end {spends[^1].Calls} calls, {spends[^1].Usd} USD), {spends.Count(spend => spend.Polls == 1)} times at the first poll, {waits.Median():0.0} ms ({waits.Min():0.0}–{waits.Max():0.0}) after the last answer. Reading the eight budgets takes this long."
            )
        );
        Console.WriteLine();
        MeterCost.Measure();
    }

    /// <summary>Also measures how far the stored ledgers lag behind the answers.</summary>
    private static async Task<GatewaySample> WatchAsync(
        GatewayPeers peers,
        Peer peer,
        GatewayLoad load,
        TimeSpan time,
        CancellationToken stopping
    )
    {
        var lag = new SpendLag(() => peers.MyCoach.Sum(ours => ours.Succeeded), peers.RecordedAsync);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var watching = lag.WatchAsync(over.Token);
        var sample = await RunAsync(peer, load, time, stopping);
        await over.CancelAsync();
        await watching;
        return sample with { SpendLagMs = lag.MaxMs };
    }

    private static async Task<GatewaySample> RunAsync(
        Peer peer,
        GatewayLoad load,
        TimeSpan time,
        CancellationToken stopping
    )
    {
        var firstBytes = new ConcurrentBag<double>();
        var before = peer.Process?.CpuTime ?? TimeSpan.Zero;
        var round = await Load.RunAsync(
            load.Connections,
            time,
            (connection, over) => peer.CallAsync(connection, load.Streams, firstBytes, over),
            finishes: true,
            stopping
        );
        var used = (peer.Process?.CpuTime ?? TimeSpan.Zero) - before;
        return new GatewaySample(round, [.. firstBytes], used.TotalMicroseconds / Math.Max(round.Succeeded, 1));
    }

    /// <summary>Polls until the users' spend includes every answered call.</summary>
    private static async Task<Spend> SeeSpendAsync(GatewayPeers peers, CancellationToken stopping)
    {
        var (calls, began) = (peers.MyCoach.Sum(peer => peer.Succeeded), Stopwatch.GetTimestamp());
        for (var polls = 1; ; polls++)
        {
            var usd = await peers.SpentUsdAsync(stopping);
            var waited = Stopwatch.GetElapsedTime(began);
            if (usd == calls * PriceUsd)
            {
                return new Spend(calls, usd, waited.TotalMilliseconds, polls);
            }
            if (waited > SpendPatience)
            {
                throw new InvalidOperationException(
                    $"After {calls} answered calls the spend is {usd} USD instead of {calls * PriceUsd} USD."
                );
            }
        }
    }

    private sealed record Spend(int Calls, decimal Usd, double WaitMs, int Polls);
}
