using System.Security.Cryptography;
using Azure.Data.Tables;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;

namespace MyCoach.Tests.Support;

/// <summary>
/// The real program on a real socket, with its own tables in the shared Azurite, its own provider emulator, and a clock
/// that stays at noon of 15 November 2026. It runs as in production: callers need tokens.
/// </summary>
public sealed partial class TestApp : IAsyncDisposable
{
    public const string Issuer = "https://issuer.example";
    public const string Audience = "mycoach-tests";

    /// <summary>Otherwise the timer would run at its own times as the clock moves.</summary>
    public const string NoRollUp = "BudgetRollupSchedule=0 0 0 29 2 *";

    /// <summary>The app behaves as under the Functions host, though it serves by itself.</summary>
    public const string UnderHost = "functions-uri=http://127.0.0.1:1";

    public static readonly DateTimeOffset Noon = new(2026, 11, 15, 12, 0, 0, TimeSpan.Zero);
    public static readonly byte[] SigningKey = RandomNumberGenerator.GetBytes(32);
    public static readonly string DataKey = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private readonly WebApplication app;
    private readonly string connectionString;
    private readonly bool ownsEmulator;

    private TestApp(
        WebApplication app,
        ProviderEmulator emulator,
        bool ownsEmulator,
        FakeTimeProvider clock,
        LogRecorder logs,
        string connectionString,
        string prefix
    )
    {
        this.app = app;
        this.connectionString = connectionString;
        this.ownsEmulator = ownsEmulator;
        Emulator = emulator;
        Clock = clock;
        Logs = logs;
        TablePrefix = prefix;
    }

    public ProviderEmulator Emulator { get; }
    public FakeTimeProvider Clock { get; }
    public LogRecorder Logs { get; }
    public string TablePrefix { get; }
    public IServiceProvider Services => app.Services;

    public T Service<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    public Uri Address => new(app.Urls.First());

    /// <param name="settings">More settings as <c>Name=value</c>, which override the defaults; a bare <c>Name=</c>
    /// removes one.</param>
    /// <param name="beside">Another app whose storage, emulator and clock this one shares: a second instance.</param>
    public static async Task<TestApp> StartAsync(
        LocalParts parts,
        IEnumerable<string>? settings = null,
        TestApp? beside = null,
        Action<WebApplicationBuilder>? configure = null
    )
    {
        var emulator = beside?.Emulator ?? await ProviderEmulator.StartAsync();
        var clock = beside?.Clock ?? new FakeTimeProvider(Noon);
        var prefix = beside?.TablePrefix ?? $"t{Guid.NewGuid():N}"[..16];
        var logs = new LogRecorder();
        var away = (settings ?? []).Where(setting => setting.IndexOf('=') == setting.Length - 1).ToArray();
        var args = ProductionSettings(parts.ConnectionString, emulator)
            .Where(setting => !away.Any(name => setting.StartsWith(name, StringComparison.Ordinal)))
            .Append($"Storage:TablePrefix={prefix}")
            .Append("urls=http://127.0.0.1:0")
            .Concat((settings ?? []).Except(away))
            .Select(setting => $"--{setting}");
        var app = MyCoach.Program.Build(
            [.. args],
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(clock);
                builder.Logging.ClearProviders().AddProvider(logs);
                configure?.Invoke(builder);
            }
        );
        await app.StartAsync();
        return new TestApp(app, emulator, beside is null, clock, logs, parts.ConnectionString, prefix);
    }

    /// <summary>The setting that puts this proxy in front of an app's storage.</summary>
    public static string Behind(StorageProxy proxy) => $"Storage:ConnectionString={proxy.ConnectionString}";

    public static IEnumerable<string> ProductionSettings(string connectionString, ProviderEmulator emulator) =>
        [
            $"Storage:ConnectionString={connectionString}",
            $"API_KEY_ENCRYPTION_KEY={DataKey}",
            // Tests read bills when they want to.
            "BillingSyncSchedule=0 0 0 29 2 *",
            $"Authentication:Schemes:Bearer:ValidIssuer={Issuer}",
            $"Authentication:Schemes:Bearer:ValidAudiences:0={Audience}",
            $"Authentication:Schemes:Bearer:SigningKeys:0:Issuer={Issuer}",
            $"Authentication:Schemes:Bearer:SigningKeys:0:Value={Convert.ToBase64String(SigningKey)}",
            $"Providers:anthropic:BaseUrl={emulator.AnthropicBaseUrl}",
            $"Providers:openai:BaseUrl={emulator.OpenAiBaseUrl}",
        ];

    /// <summary>
    /// Lets the clock run until the work is done, ten times as fast as it would, or as many times faster than that as
    /// said.
    /// </summary>
    public async Task<T> WhileTimePassesAsync<T>(Task<T> work, int faster = 1)
    {
        while (!work.IsCompleted)
        {
            Clock.Advance(faster * TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(work, Task.Delay(10));
        }
        return await work;
    }

    /// <summary>Every row of one of the app's tables, as stored.</summary>
    public async Task<IReadOnlyList<TableEntity>> RowsAsync(string table)
    {
        var rows = new List<TableEntity>();
        await foreach (var row in new TableClient(connectionString, TablePrefix + table).QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>The names, without the prefix, of the tables that the app has made so far.</summary>
    public async Task<IReadOnlyList<string>> TablesAsync()
    {
        var names = new List<string>();
        await foreach (var table in new TableServiceClient(connectionString).QueryAsync())
        {
            if (table.Name.StartsWith(TablePrefix, StringComparison.Ordinal))
            {
                names.Add(table.Name[TablePrefix.Length..]);
            }
        }
        return names;
    }

    public TableClient Table(string name) => new(connectionString, TablePrefix + name);

    /// <summary>Stops the program as its host would, and waits until it has ended.</summary>
    public Task StopAsync(CancellationToken patience) => app.StopAsync(patience);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        if (ownsEmulator)
        {
            await Emulator.DisposeAsync();
        }
    }
}
