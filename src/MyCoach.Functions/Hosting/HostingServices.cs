using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;

namespace MyCoach.Hosting;

internal static class HostingServices
{
    // Below a warning these write whole addresses, in which a caller may have put a key. By their full names, so that no setting is more specific.
    private static readonly string[] TellsAddresses =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Routing.Matching.DfaMatcher",
        "Yarp.ReverseProxy.Forwarder.HttpForwarder",
    ];

    /// <summary>
    /// The builder of the web server that runs by itself. Its content root is the program's own folder, whatever the working directory, and nothing
    /// watches configuration files for changes: the watchers would cover every folder below.
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
        builder.AddSettingsOf(environment);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls("http://127.0.0.1:7071");
        }
        return (builder, environment);
    }

    /// <summary>As an argument of the program: no configuration file is watched for changes.</summary>
    public const string WithoutWatchers = "--hostBuilder:reloadConfigOnChange=false";

    /// <summary>The settings that stand below the environment and the command line: the program's own, and in Development local.settings.json.</summary>
    public static void AddSettingsOf(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        // First in the list, so that the environment and the command line win, as with the Functions tools.
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
        foreach (var category in TellsAddresses)
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

    // Under the host every line that the framework writes travels to it, beside those that it writes itself.
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

    /// <summary>The exit code of a run. One that failed for a reason that its operator can mend needs no more than its message for that.</summary>
    public static async Task<int> ToldInOneLineAsync(Func<Task> run)
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
    /// Completes on shutdown. Throws if a background service failed, which also shuts down: the Functions host does not restart a worker that exits with 0.
    /// </summary>
    public static async Task WaitForShutdownOrFailureAsync(this IHost host)
    {
        var background = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
        await host.WaitForShutdownAsync();
        await Task.WhenAll(background.Select(service => service.ExecuteTask).Where(task => task is { IsFaulted: true }).OfType<Task>());
    }

    // What the framework would only stumble over later, with the value in its complaint.
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
        // An ArgumentException is a name that is there twice.
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new SettingException("local.settings.json", "must be a JSON object with an object named Values, each name once");
        }
    }
}
