using System.Net.Http.Headers;
using Azure.Data.Tables;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;

namespace MyCoach.Tests.Support;

/// <summary>
/// The program in a separate process that can be killed and started again, over the same tables and with a proxy in
/// front of the storage.
/// </summary>
public sealed class KillableApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = Eventually.HangLimit;
    private static readonly string Built = ChildProgram.Built("MyCoach.Functions");

    private readonly string connectionString;
    private readonly int port = LocalPort.Free();
    private readonly IReadOnlyList<(string, string)> environment;
    private ChildProgram? program;

    private KillableApp(
        string connectionString,
        StorageProxy proxy,
        ProviderEmulator emulator,
        string tablePrefix,
        IEnumerable<(string, string)> environment
    )
    {
        this.connectionString = connectionString;
        Proxy = proxy;
        TablePrefix = tablePrefix;
        this.environment =
        [
            .. TestApp
                .ProductionSettings(proxy.ConnectionString, emulator)
                .Append($"Storage:TablePrefix={TablePrefix}")
                .Append($"urls=http://127.0.0.1:{port}")
                .Append(TestApp.NoRollUp)
                .Select(setting => setting.Split('=', 2))
                .Select(pair => (pair[0].Replace(":", "__", StringComparison.Ordinal), pair[1])),
            .. environment,
        ];
    }

    public StorageProxy Proxy { get; }

    public string TablePrefix { get; }

    public Uri Address => new($"http://127.0.0.1:{port}");

    /// <summary>What the running program has written.</summary>
    public IReadOnlyCollection<string> Lines => [.. program!.Output, .. program.Errors];

    /// <param name="tables">The prefix of tables shared with another app; null for separate ones.</param>
    /// <param name="environment">More settings, which override the defaults.</param>
    public static async Task<KillableApp> StartAsync(
        LocalParts parts,
        ProviderEmulator emulator,
        string? tables = null,
        IEnumerable<(string Name, string Value)>? environment = null,
        bool starts = true
    )
    {
        var proxy = await StorageProxy.StartAsync(parts.Port);
        var app = new KillableApp(
            parts.ConnectionString,
            proxy,
            emulator,
            tables ?? $"t{Guid.NewGuid():N}"[..16],
            environment ?? []
        );
        if (starts)
        {
            await app.StartAsync();
        }
        return app;
    }

    public async Task StartAsync()
    {
        program = ChildProgram.Start(await NativeProgram.PathAsync ?? Built, [], environment: environment);
        using var http = new HttpClient { BaseAddress = Address };
        await program.UntilAsync(_ => AnswersAsync(http), Patience);
    }

    /// <summary>Kills the program without a shutdown, like <c>kill -9</c>.</summary>
    public async Task KillAsync()
    {
        if (Interlocked.Exchange(ref program, null) is { } running)
        {
            await running.DisposeAsync();
        }
    }

    public ApiClient As(string user, params string[] roles)
    {
        var http = new HttpClient { BaseAddress = Address, Timeout = Patience };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer",
            TestApp.Token(TimeProvider.System.GetUtcNow(), user, roles)
        );
        return new ApiClient(http);
    }

    /// <summary>The rows of a user's months, as stored.</summary>
    public async Task<IReadOnlyList<TableEntity>> UsageAsync(string user)
    {
        var (from, before) = ($"{user}_", $"{user}`");
        var filter = TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {before}");
        return await new TableClient(connectionString, $"{TablePrefix}Usage")
            .QueryAsync<TableEntity>(filter, cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        await Proxy.DisposeAsync();
    }

    private static async Task<bool> AnswersAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/", TestContext.Current.CancellationToken);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
