using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Dev.FunctionsHost;

namespace MyCoach.Tests.Support;

/// <summary>
/// The program as the worker of the Functions host's double, with its own tables behind a proxy, and every line that it
/// writes.
/// </summary>
public sealed class WorkerApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = Eventually.HangLimit;

    private readonly LocalParts parts;
    private readonly ConcurrentQueue<string> lines;

    private WorkerApp(
        LocalParts parts,
        FunctionsHost host,
        StorageProxy proxy,
        string tablePrefix,
        ConcurrentQueue<string> lines
    )
    {
        (this.parts, this.lines) = (parts, lines);
        (Host, Proxy, TablePrefix) = (host, proxy, tablePrefix);
    }

    public FunctionsHost Host { get; }

    public StorageProxy Proxy { get; }

    public string TablePrefix { get; }

    public IReadOnlyCollection<string> Lines => lines;

    /// <param name="folder">The function app; null for the one that was built with the tests.</param>
    /// <param name="settings">More settings as <c>Name=value</c>, which override the defaults.</param>
    public static async Task<WorkerApp> StartAsync(
        LocalParts parts,
        ProviderEmulator emulator,
        string? folder = null,
        IEnumerable<string>? settings = null
    )
    {
        var proxy = await StorageProxy.StartAsync(parts.Port);
        var (prefix, lines) = ($"t{Guid.NewGuid():N}"[..16], new ConcurrentQueue<string>());
        // The host hands on what it was started with, its own address among that.
        var environment = TestApp
            .ProductionSettings(proxy.ConnectionString, emulator)
            .Append($"Storage:TablePrefix={prefix}")
            .Append(TestApp.NoRollUp)
            .Append($"AzureWebJobsStorage={parts.ConnectionString}")
            .Append($"ASPNETCORE_URLS=http://127.0.0.1:{LocalPort.Free()}")
            .Concat(settings ?? [])
            .Select(setting => setting.Split('=', 2))
            .Select(pair => (pair[0].Replace(":", "__", StringComparison.Ordinal), pair[1]));
        // With the host's own patience, the first request fails on a busy machine.
        var app = new FunctionsApp(folder ?? AppContext.BaseDirectory, [.. environment], Write: lines.Enqueue)
        {
            ConnectPatience = Patience,
        };
        try
        {
            return new WorkerApp(
                parts,
                await FunctionsHost.StartAsync(app, TestContext.Current.CancellationToken),
                proxy,
                prefix,
                lines
            );
        }
        catch (CannotStartException)
        {
            await proxy.DisposeAsync();
            throw;
        }
    }

    /// <param name="transcript">Keeps what is asked and answered.</param>
    public ApiClient As(string? user, Transcript? transcript = null) => Client(Host.Address, user, transcript);

    /// <summary>A client of any running program that takes the tests' tokens.</summary>
    public static ApiClient Client(Uri address, string? user, Transcript? transcript = null, params string[] roles)
    {
        var handler = new SocketsHttpHandler { UseCookies = false, ResponseDrainTimeout = TimeSpan.Zero };
        var http = new HttpClient(transcript?.Over(handler) ?? (HttpMessageHandler)handler)
        {
            BaseAddress = address,
            Timeout = Patience,
        };
        http.DefaultRequestHeaders.Authorization = user is null
            ? null
            : new AuthenticationHeaderValue("Bearer", TestApp.Token(TimeProvider.System.GetUtcNow(), user, roles));
        return new ApiClient(http);
    }

    /// <summary>A stream whose first event has arrived, of a user who has a key afterwards.</summary>
    public static async Task<(Feed Feed, HttpResponseMessage Answer, EventReader Reader)> OpenStreamAsync(
        ApiClient ann,
        ProviderEmulator emulator
    )
    {
        if ((await ann.GetAsync("/api/keys/anthropic")).Status == HttpStatusCode.NotFound)
        {
            await VaultUser.StoreAsync(ann);
        }
        var feed = new Feed();
        // The host sends an answer's headers on with its first bytes.
        feed.Send(CappedCall.StreamStart(50));
        emulator.Knobs.AnswerNext(feed.Answer());
        using var request = new HttpRequestMessage(HttpMethod.Post, VaultUser.Messages)
        {
            Content = new StringContent(CappedCall.Body(streams: true), Encoding.UTF8, "application/json"),
        };
        var answer = await ann.Http.SendAsync(
            request,
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken
        );
        var reader = await EventReader.OfAsync(answer);
        Assert.Contains("message_start", await reader.ReadAsync(), StringComparison.Ordinal);
        return (feed, answer, reader);
    }

    /// <summary>The rows of a user's months, as stored.</summary>
    public async Task<IReadOnlyList<TableEntity>> UsageAsync(string user)
    {
        var (from, before) = ($"{user}_", $"{user}`");
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {before}");
        return await new TableClient(parts.ConnectionString, $"{TablePrefix}Usage")
            .QueryAsync<TableEntity>(filter, cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits until the worker that replaces a dead one answers; the host fails what comes before.</summary>
    public Task RestartedAsync() =>
        Eventually.HoldsAsync(async () =>
        {
            using var caller = As(null);
            return (await caller.GetAsync("/api/health")).Status == HttpStatusCode.OK;
        });

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Proxy.DisposeAsync();
    }
}
