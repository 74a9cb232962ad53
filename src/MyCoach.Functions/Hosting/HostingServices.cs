using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Configuration.Memory;
using MyCoach.Backups;

namespace MyCoach.Hosting;

internal static class HostingServices
{
    private const int MostBodyBytes = 1024 * 1024;

    // Below a warning these write whole addresses, in which a caller may have put a key. By their full names, so that no setting is more specific.
    private static readonly string[] TellsAddresses =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Routing.Matching.DfaMatcher",
        "Yarp.ReverseProxy.Forwarder.HttpForwarder",
    ];

    /// <summary>
    /// The builder with the environment's settings. The content root is the program's own folder, whatever the working directory, and nothing watches
    /// configuration files for changes: the watchers would cover every folder below.
    /// </summary>
    public static (WebApplicationBuilder, HostEnvironment) CreateBuilder(string[] args)
    {
        var environment = HostEnvironment.Read(new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args).Build());
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                Args = [.. args, "--hostBuilder:reloadConfigOnChange=false"],
                ApplicationName = "MyCoach.Functions",
                ContentRootPath = AppContext.BaseDirectory,
                EnvironmentName = environment.IsDevelopment ? Environments.Development : Environments.Production,
            }
        );
        // First in the list, so that the environment and the command line win, as with the Functions tools.
        var sources = ((IConfigurationBuilder)builder.Configuration).Sources;
        if (environment.IsDevelopment && FindLocalSettings() is { } file)
        {
            sources.Insert(0, ReadLocalSettings(file));
        }
        sources.Insert(
            0,
            new MemoryConfigurationSource
            {
                InitialData =
                [
                    new("Logging:LogLevel:Default", "Information"),
                    new("Logging:LogLevel:Microsoft.AspNetCore", "Warning"),
                    new("Logging:LogLevel:Yarp", "Warning"),
                ],
            }
        );
        builder.Services.AddSingleton(environment);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        foreach (var category in TellsAddresses)
        {
            builder.Logging.AddFilter(category, LogLevel.Warning);
        }
        CheckFrameworkSettings(builder.Configuration);
        Listen(builder, environment);
        return (builder, environment);
    }

    /// <summary>The exit code of a run. One that failed for a reason that its operator can mend needs no more than its message for that.</summary>
    public static async Task<int> ToldInOneLineAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception reason) when (reason is SettingException or BackupException or IOException { InnerException: AddressInUseException })
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 1;
        }
    }

    // The host's port is bound explicitly, because the host's own ASPNETCORE_URLS is inherited by the process it starts.
    private static void Listen(WebApplicationBuilder builder, HostEnvironment environment)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MostBodyBytes;
            if (environment.CustomHandlerPort is { } port)
            {
                kestrel.Listen(IPAddress.Loopback, port);
            }
        });
        if (!environment.IsUnderFunctionsHost && string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            builder.WebHost.UseUrls("http://127.0.0.1:7071");
        }
    }

    // What the framework would only stumble over later, with the value in its complaint.
    private static void CheckFrameworkSettings(ConfigurationManager configuration)
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
