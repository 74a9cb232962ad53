using System.Globalization;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Ledger;
using MyCoach.Storage;

namespace MyCoach.Bench;

/// <summary>
/// The provider stub and the gateways in front of it, each in a separate process. Disposing this ends all of them.
/// </summary>
internal sealed class GatewayPeers : IAsyncDisposable
{
    private const int MaxUsers = 8;
    private const string Tables = "gateway";
    private const string Stored = "sk-a-key-of-the-bench";

    private readonly List<IAsyncDisposable> parts = [];
    private readonly List<Peer> peers = [];
    private StubProcess? stub;
    private PublishedProgram? program;
    private TableClient? usage;
    private readonly string folder = Directory.CreateTempSubdirectory("mycoach-bench").FullName;

    public IReadOnlyList<Peer> All => peers;

    public Peer Direct => peers[0];

    /// <summary>MyCoach with one user, and with eight.</summary>
    public IReadOnlyList<Peer> MyCoach => peers.TakeLast(2).ToArray();

    /// <param name="published">The folder of the published program; null publishes it first.</param>
    public async Task StartAsync(string? published, CancellationToken stopping)
    {
        stub = await StubProcess.StartAsync(stopping);
        parts.Add(stub);
        peers.Add(new Peer("direct", null, Chat(stub.Address), [Bearer(Stored)]));

        var yarp = LocalAddress();
        var forwarder = await StartAsync(
            ChildProcess.StartPart(Part.Forwarder, Port(yarp), stub.Address.ToString()),
            yarp,
            stopping
        );
        peers.Add(new Peer("YARP", forwarder, Chat(yarp), [Bearer(Stored)]));

        var portkey = LocalAddress();
        var home = Path.Combine(folder, "portkey");
        var script = Path.Combine(home, "node_modules", "@portkey-ai", "gateway", "build", "start-server.js");
        if (
            await PeerPackages.Portkey.StartAsync(home, [script, "--headless", $"--port={Port(portkey)}"], stopping) is
            { } started
        )
        {
            await StartAsync(started, portkey, stopping);
            (string, string)[] headers =
            [
                Bearer(Stored),
                ("x-portkey-provider", "openai"),
                ("x-portkey-custom-host", new Uri(stub.Address, "/v1").ToString()),
            ];
            peers.Add(new Peer(PeerPackages.Portkey.Name, started, Chat(portkey), headers));
        }
        await StartMyCoachAsync(published, stopping);
    }

    /// <summary>
    /// Sets how long the provider stub waits before the first byte and between the events of a stream.
    /// </summary>
    public Task SetPaceAsync(int firstMs, int stepMs, CancellationToken stopping) =>
        stub!.SetPaceAsync(firstMs, stopping, stepMs);

    /// <summary>The total spend of all users according to MyCoach.</summary>
    public async Task<decimal> SpentUsdAsync(CancellationToken stopping)
    {
        var spent = 0m;
        foreach (var user in Enumerable.Range(0, MaxUsers))
        {
            spent += (decimal)
                (await program!.AskAsync(user, HttpMethod.Get, "/api/budget", body: null, stopping))["spentUsd"]!;
        }
        return spent;
    }

    /// <summary>How many calls the stored ledgers include.</summary>
    public async Task<long> RecordedAsync()
    {
        var ledgers = await Task.WhenAll(
            Enumerable
                .Range(0, MaxUsers)
                .Select(user =>
                    usage!.GetEntityIfExistsAsync<TableEntity>(
                        PublishedProgram.User(user).MonthPartition(Month.Of(DateTimeOffset.UtcNow)),
                        MonthRows.LedgerKey
                    )
                )
        );
        return ledgers.Where(ledger => ledger.HasValue).Sum(ledger => MonthLedger.Read(ledger.Value!).Totals.Requests);
    }

    public async ValueTask DisposeAsync()
    {
        peers.ForEach(peer => peer.Dispose());
        foreach (var part in Enumerable.Reverse(parts))
        {
            await part.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartMyCoachAsync(string? published, CancellationToken stopping)
    {
        published ??= await Published.PublishAsync(Path.Combine(folder, "mycoach"));
        var azurite = await Azurite.StartAsync(cancellation: stopping);
        parts.Add(azurite);
        usage = new TableClient(azurite.ConnectionString, $"{Tables}Usage");
        program = await PublishedProgram.StartAsync(
            published,
            azurite.ConnectionString,
            Tables,
            stub!.Address,
            stopping
        );
        parts.Add(program);
        foreach (var user in Enumerable.Range(0, MaxUsers))
        {
            await program.AskAsync(user, HttpMethod.Put, "/api/keys/openai", new { apiKey = Stored }, stopping);
        }
        peers.Add(program.PeerOf("", users: 1));
        peers.Add(program.PeerOf($", {MaxUsers} users", MaxUsers));
    }

    private async Task<ChildProcess> StartAsync(ChildProcess process, Uri address, CancellationToken stopping)
    {
        parts.Add(process);
        await process.WaitUntilItAnswersAsync(address, stopping);
        return process;
    }

    private static (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");

    private static Uri Chat(Uri gateway) => new(gateway, "/v1/chat/completions");

    private static Uri LocalAddress() =>
        new($"http://127.0.0.1:{LocalPort.Free().ToString(CultureInfo.InvariantCulture)}");

    private static string Port(Uri address) => address.Port.ToString(CultureInfo.InvariantCulture);
}
