using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace MyCoach.Hosting;

internal static class HostingServices
{
    // An open connection without a request takes about a tenth of this.
    private const int BytesPerConnection = 128 * 1024;
    private const int MinConnections = 2_000;

    // What the server reads ahead of the handler, on each connection.
    private const int ReadAheadBytes = 64 * 1024;

    // Below Warning, these categories log whole URLs, which may contain a key that a caller pasted. Full names, so that
    // no setting can be more specific.
    private static readonly string[] CategoriesThatLogUrls =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Routing.Matching.DfaMatcher",
        "Yarp.ReverseProxy.Forwarder.HttpForwarder",
    ];

    /// <summary>
    /// Creates the builder of the standalone web server. The content root is the program's folder, whatever the working
    /// directory. Configuration files are not watched for changes, because the watchers would cover every folder below.
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

    public static void AddHosting(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        builder.Services.AddSingleton(environment);
        builder.Services.AddSingleton(TimeProvider.System);
        foreach (var category in CategoriesThatLogUrls)
        {
            builder.Logging.AddFilter(category, LogLevel.Warning);
        }
        KnownSettings.Check(builder.Configuration);
        FrameworkSettings.Check(builder.Configuration);
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MaxConcurrentConnections = Math.Max(
                MinConnections,
                GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BytesPerConnection
            );
        });
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.MaxReadBufferSize = ReadAheadBytes);
    }

    /// <summary>
    /// Runs the program and returns its exit code. A failure that the operator can fix prints its message only, without
    /// a stack trace.
    /// </summary>
    public static async Task<int> RunOrExplainAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception reason)
            when (reason is OperatorException or IOException { InnerException: AddressInUseException })
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 1;
        }
    }

    /// <summary>
    /// Completes on shutdown. Throws if a background service failed, which also shuts down: the Functions host does not
    /// restart a worker that exits with 0.
    /// </summary>
    public static async Task WaitForShutdownOrFailureAsync(this IHost host)
    {
        var background = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToArray();
        await host.WaitForShutdownAsync();
        await Task.WhenAll(
            background.Select(service => service.ExecuteTask).Where(task => task is { IsFaulted: true }).OfType<Task>()
        );
    }
}
