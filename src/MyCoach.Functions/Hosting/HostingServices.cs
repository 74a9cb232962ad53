using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;

namespace MyCoach.Hosting;

internal static class HostingServices
{
    // Below Warning, these categories log whole URLs, which may contain a key that a caller pasted. Full names, so that no setting can be more
    // specific.
    private static readonly string[] CategoriesThatLogUrls =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Routing.Matching.DfaMatcher",
        "Yarp.ReverseProxy.Forwarder.HttpForwarder",
    ];

    /// <summary>
    /// Creates the builder of the standalone web server. The content root is the program's folder, whatever the working directory. Configuration
    /// files are not watched for changes, because the watchers would cover every folder below.
    /// </summary>
    public static (WebApplicationBuilder, HostEnvironment) CreateBuilder(string[] args)
    {
        var environment = HostEnvironment.Read(args);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                Args = [.. args, WithoutWatchers],
                ApplicationName = "MyCoach.Functions",
                ContentRootPath = AppContext.BaseDirectory,
                EnvironmentName = environment.Name,
            }
        );
        builder.AddSettings(environment);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls("http://127.0.0.1:7071");
        }
        return (builder, environment);
    }

    /// <summary>A program argument that turns off watching configuration files for changes.</summary>
    public const string WithoutWatchers = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>
    /// Adds the default settings, and in Development those of local.settings.json. The environment and the command line override both.
    /// </summary>
    public static void AddSettings(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        // Earlier sources have lower priority, so the environment and the command line override these, as with the Functions tools.
        var sources = builder.Configuration.Sources;
        if (environment.IsDevelopment && FindLocalSettings() is { } file)
        {
            sources.Insert(0, ReadLocalSettings(file));
        }
        sources.Insert(0, new MemoryConfigurationSource { InitialData = [.. Defaults(environment)] });
    }

    public static void AddHosting(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        builder.Services.AddSingleton(environment);
        builder.Services.AddSingleton(TimeProvider.System);
        foreach (var category in CategoriesThatLogUrls)
        {
            builder.Logging.AddFilter(category, LogLevel.Warning);
        }
        CheckFrameworkSettings(builder.Configuration);
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
        });
    }

    // The worker sends every log line to the Functions host, which already logs the same events itself.
    private static IEnumerable<KeyValuePair<string, string?>> Defaults(HostEnvironment environment) =>
        [
            new("Logging:LogLevel:Default", "Information"),
            new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),
            new("Logging:LogLevel:Yarp", "Warning"),
            .. environment.IsUnderFunctionsHost
                ? (KeyValuePair<string, string?>[])
                    [new("Logging:LogLevel:Microsoft.Hosting", "Warning"), new("Logging:LogLevel:Microsoft.Azure.Functions", "Warning")]
                : [],
        ];

    /// <summary>
    /// Runs the program and returns its exit code. A failure that the operator can fix prints its message only, without a stack trace.
    /// </summary>
    public static async Task<int> RunOrExplainAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception reason) when (reason is OperatorException or IOException { InnerException: AddressInUseException })
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 1;
        }
    }

    /// <summary>
    /// Completes on shutdown. Throws if a background service failed, which also shuts down: the Functions host does not restart a worker that exits
    /// with 0.
    /// </summary>
    public static async Task WaitForShutdownOrFailureAsync(this IHost host)
    {
        var background = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
        await host.WaitForShutdownAsync();
        await Task.WhenAll(background.Select(service => service.ExecuteTask).Where(task => task is { IsFaulted: true }).OfType<Task>());
    }

    // Check these now: the framework would fail later, with the value in its error message.
    private static void CheckFrameworkSettings(IConfiguration configuration)
    {
        foreach (var level in configuration.GetSection("Logging:LogLevel").GetChildren())
        {
            if (!Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
            {
                throw new SettingException($"Logging__LogLevel__{level.Key}", $"must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}");
            }
        }
        foreach (var url in (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                _ = BindingAddress.Parse(url);
            }
            catch (FormatException)
            {
                throw new SettingException("ASPNETCORE_URLS", "must be addresses such as http://127.0.0.1:7071, separated by semicolons");
            }
        }
    }

    private static string? FindLocalSettings()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Combine(folder.FullName, "local.settings.json") is var file && File.Exists(file))
            {
                return file;
            }
        }
        return null;
    }

    private static MemoryConfigurationSource ReadLocalSettings(string file)
    {
        try
        {
            var root = JsonNode.Parse(File.ReadAllText(file), documentOptions: new() { CommentHandling = JsonCommentHandling.Skip });
            var values = (root?["Values"]?.AsObject() ?? []).Select(value =>
                KeyValuePair.Create(value.Key.Replace("__", ":", StringComparison.Ordinal), value.Value?.ToString())
            );
            return new() { InitialData = new Dictionary<string, string?>(values, StringComparer.OrdinalIgnoreCase) };
        }
        // An ArgumentException means a duplicate name.
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new SettingException("local.settings.json", "must be a JSON object with an object named Values and no duplicate names");
        }
    }
}
