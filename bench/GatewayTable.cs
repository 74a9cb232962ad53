using System.Globalization;

namespace MyCoach.Bench;

/// <param name="FirstMs">How long the provider waits before the first byte.</param>
/// <param name="StepMs">How long it waits between the events of a stream; 0 sends them all at once.</param>
internal sealed record GatewayLoad(string Name, int Connections, bool Streams, int FirstMs, int StepMs)
{
    /// <summary>Whether only the peer itself limits the call rate.</summary>
    public bool IsFull => FirstMs == 0 && Connections > 1;

    public string Title => string.Create(CultureInfo.InvariantCulture, $"{Name}, {Connections} {(Connections == 1 ? "connection" : "connections")}");
}

/// <summary>The results of one peer under one load in one round.</summary>
internal sealed record GatewaySample(LoadRound Round, IReadOnlyList<double> FirstBytesMs, double CpuMicroseconds)
{
    /// <summary>The longest observed time from a call's answer to its being stored; null if the peer stores nothing.</summary>
    public double? SpendLagMs { get; init; }
}

/// <summary>Collects the samples of every peer and prints them.</summary>
internal sealed class GatewayTable(GatewayPeers peers)
{
    private readonly Dictionary<(Peer, GatewayLoad), List<GatewaySample>> samples = [];

    /// <summary>Resident memory before the first call.</summary>
    public Dictionary<Peer, double> IdleMegaBytes { get; } = [];

    public void Add(Peer peer, GatewayLoad load, GatewaySample sample)
    {
        if (!samples.TryGetValue((peer, load), out var rounds))
        {
            samples[(peer, load)] = rounds = [];
        }
        rounds.Add(sample);
    }

    public void Print()
    {
        Console.WriteLine(Figures.Head(["", .. peers.All.Select(peer => peer.Name)]));
        foreach (var load in GatewayCost.Loads)
        {
            if (load.Streams)
            {
                PrintAdded(load, "first byte, p50, ms", sample => sample.FirstBytesMs.Median());
                PrintAdded(load, "first byte, p99, ms", sample => sample.FirstBytesMs.Percentile(0.99));
            }
            var last = load.Streams ? "last byte, " : "";
            PrintAdded(load, $"{last}p50, ms", sample => sample.Round.LatenciesMs.Median());
            PrintAdded(load, $"{last}p99, ms", sample => sample.Round.LatenciesMs.Percentile(0.99));
            if (load.FirstMs == 0)
            {
                PrintEach($"{load.Title}: calls/s", peer => Spread(samples[(peer, load)].Select(sample => sample.Round.PerSecond), "0"));
            }
            PrintEach(
                $"{load.Title}: CPU of the gateway, µs per call",
                peer => peer.Process is null ? "–" : Spread(samples[(peer, load)].Select(sample => sample.CpuMicroseconds), "0")
            );
            if (load.IsFull)
            {
                PrintEach($"{load.Title}: an answered call is stored within, ms", peer => Lag(samples[(peer, load)]));
            }
        }
        PrintEach("RSS idle, MB", peer => peer.Process is null ? "–" : Number(IdleMegaBytes[peer], "0"));
        PrintEach("peak RSS, MB", peer => peer.Process is null ? "–" : Number(peer.Process.PeakMegaBytes, "0"));
        PrintEach("failed of all calls", Failed);
        foreach (var peer in peers.All.Where(peer => peer.Fault is not null))
        {
            Console.WriteLine();
            Console.WriteLine($"{peer.Name} FAILED first with: {peer.Fault}");
        }
    }

    // Subtracts the latency of direct calls in the same round.
    private void PrintAdded(GatewayLoad load, string what, Func<GatewaySample, double> figure) =>
        PrintEach(
            $"{load.Title}: {what}",
            peer =>
                peer == peers.Direct
                    ? Spread(samples[(peer, load)].Select(figure), "0.0")
                    : Spread(samples[(peer, load)].Zip(samples[(peers.Direct, load)], (own, direct) => figure(own) - figure(direct)), "+0.0;-0.0")
        );

    private void PrintEach(string what, Func<Peer, string> cell) => Console.WriteLine($"| {what} | {string.Join(" | ", peers.All.Select(cell))} |");

    private static string Lag(List<GatewaySample> rounds) =>
        rounds[0].SpendLagMs is null ? "–" : Spread(rounds.Select(round => round.SpendLagMs!.Value), "0");

    private string Failed(Peer peer)
    {
        var rounds = GatewayCost.Loads.SelectMany(load => samples[(peer, load)]).Select(sample => sample.Round).ToArray();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{rounds.Sum(round => round.Failed)} of {rounds.Sum(round => round.Succeeded + round.Failed)}"
        );
    }

    private static string Spread(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToArray();
        return $"{Number(sorted.Median(), format)} ({Number(sorted[0], format)}–{Number(sorted[^1], format)})";
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
