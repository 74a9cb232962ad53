using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;
using MyCoach.Budgets;
using MyCoach.Dev;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach.Bench;

/// <summary>The provider stub, and what may stand before it, each in a process of its own. All end with this.</summary>
internal sealed class GatewayPeers : IAsyncDisposable
{
    private const int MostUsers = 8;
    private const string Tables = "gateway";
    private const string Stored = "sk-a-key-of-the-bench";

    private readonly List<IAsyncDisposable> parts = [];
    private readonly List<Peer> peers = [];
    private readonly HttpClient http = new();
    private readonly Uri stub = LocalAddress();
    private readonly Uri myCoach = LocalAddress();
    private TableClient? usage;
    private readonly string folder = Directory.CreateTempSubdirectory("mycoach-bench").FullName;

    public IReadOnlyList<Peer> All => peers;

    public Peer Direct => peers[0];

    /// <summary>Of one user, and of eight.</summary>
    public IReadOnlyList<Peer> MyCoach => peers.TakeLast(2).ToArray();

    /// <param name="published">Null publishes the program first.</param>
    public async Task StartAsync(string? published, CancellationToken stopping)
    {
        await StartAsync(ChildProcess.StartPart(Part.Stub, Port(stub)), stub, stopping);
        peers.Add(new Peer("direct", null, Chat(stub), [Bearer(Stored)]));

        var yarp = LocalAddress();
        var forwarder = await StartAsync(ChildProcess.StartPart(Part.Forwarder, Port(yarp), stub.ToString()), yarp, stopping);
        peers.Add(new Peer("YARP", forwarder, Chat(yarp), [Bearer(Stored)]));

        var portkey = LocalAddress();
        if (await PortkeyPackage.StartAsync(Path.Combine(folder, "portkey"), portkey.Port, stopping) is { } started)
        {
            await StartAsync(started, portkey, stopping);
            (string, string)[] headers =
            [
                Bearer(Stored),
                ("x-portkey-provider", "openai"),
                ("x-portkey-custom-host", new Uri(stub, "/v1").ToString()),
            ];
            peers.Add(new Peer(PortkeyPackage.Name, started, Chat(portkey), headers));
        }
        await StartMyCoachAsync(published, stopping);
    }

    /// <summary>Tells the provider how long to wait before the first byte, and between the events of a stream.</summary>
    public async Task PaceAsync(int firstMs, int stepMs, CancellationToken stopping)
    {
        using var told = await http.PutAsync(new Uri(stub, ProviderStub.Pace(firstMs, stepMs)), null, stopping);
        told.EnsureSuccessStatusCode();
    }

    /// <summary>What MyCoach says that its users have spent.</summary>
    public async Task<decimal> SpentUsdAsync(CancellationToken stopping)
    {
        var spent = 0m;
        foreach (var user in Enumerable.Range(0, MostUsers))
        {
            using var budget = await AskAsync(user, HttpMethod.Get, "/api/budget", null, stopping);
            using var json = await JsonDocument.ParseAsync(await budget.Content.ReadAsStreamAsync(stopping), default, stopping);
            spent += json.RootElement.GetProperty("spentUsd").GetDecimal();
        }
        return spent;
    }

    /// <summary>How many calls the ledgers hold, as the storage has them.</summary>
    public async Task<long> RecordedAsync()
    {
        var ledgers = await Task.WhenAll(
            Enumerable
                .Range(0, MostUsers)
                .Select(user => usage!.GetEntityIfExistsAsync<TableEntity>($"u{user}_{Month.Of(DateTimeOffset.UtcNow).Compact}", UsageRows.Ledger))
        );
        return ledgers.Where(ledger => ledger.HasValue).Sum(ledger => Ledger.Read(ledger.Value!).Totals.Requests);
    }

    public async ValueTask DisposeAsync()
    {
        peers.ForEach(peer => peer.Dispose());
        http.Dispose();
        foreach (var part in Enumerable.Reverse(parts))
        {
            await part.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartMyCoachAsync(string? published, CancellationToken stopping)
    {
        var isNative = Published.CanBeNative;
        if (published is null)
        {
            published = Path.Combine(folder, "mycoach");
            await Published.PublishAsync(isNative, published);
        }
        isNative = !File.Exists(Path.Combine(published, $"{Published.Program}.dll"));
        var azurite = await Azurite.StartAsync(cancellation: stopping);
        parts.Add(azurite);
        usage = new TableClient(azurite.ConnectionString, $"{Tables}Usage");
        var gateway = await StartAsync(
            ChildProcess.Start(
                Path.Combine(published, Published.Program),
                [.. BenchApp.Settings(azurite.ConnectionString, Tables, myCoach.Port), $"--Providers:openai:BaseUrl={stub}"],
                published
            ),
            myCoach,
            stopping
        );
        foreach (var user in Enumerable.Range(0, MostUsers))
        {
            using var key = await AskAsync(user, HttpMethod.Put, "/api/keys/openai", JsonContent.Create(new { apiKey = Stored }), stopping);
        }
        var (name, chat) = (isNative ? "MyCoach" : "MyCoach (JIT)", new Uri(myCoach, "/api/gateway/openai/v1/chat/completions"));
        var users = Enumerable.Range(0, MostUsers).Select(user => new[] { Bearer(Token(user)) }).ToArray();
        peers.Add(new Peer(name, gateway, chat, users[0]));
        peers.Add(new Peer($"{name}, {MostUsers} users", gateway, chat, users));
    }

    private async Task<HttpResponseMessage> AskAsync(int user, HttpMethod method, string path, HttpContent? body, CancellationToken stopping)
    {
        using var request = new HttpRequestMessage(method, new Uri(myCoach, path)) { Content = body };
        request.Headers.Add("Authorization", Bearer(Token(user)).Item2);
        return (await http.SendAsync(request, stopping)).EnsureSuccessStatusCode();
    }

    private async Task<ChildProcess> StartAsync(ChildProcess process, Uri address, CancellationToken stopping)
    {
        parts.Add(process);
        await process.AnswersAsync(address, stopping);
        return process;
    }

    private static string Token(int user) => BenchApp.Token(BenchApp.User($"u{user.ToString(CultureInfo.InvariantCulture)}")).Parameter!;

    private static (string, string) Bearer(string token) => ("Authorization", $"Bearer {token}");

    private static Uri Chat(Uri gateway) => new(gateway, "/v1/chat/completions");

    private static Uri LocalAddress() => new($"http://127.0.0.1:{LocalPort.Free().ToString(CultureInfo.InvariantCulture)}");

    private static string Port(Uri address) => address.Port.ToString(CultureInfo.InvariantCulture);
}
