using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MyCoach.Tests.Support;

/// <summary>An npm registry that knows every version of a package, and of which no download ever ends.</summary>
public sealed class HangingRegistry : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TaskCompletionSource downloading = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HangingRegistry(WebApplication app) => this.app = app;

    public int Port => new Uri(app.Urls.Single()).Port;

    public static async Task<HangingRegistry> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        var registry = new HangingRegistry(builder.Build());
        registry.app.MapGet("/{package}", registry.Describe);
        registry.app.MapGet("/-/{package}/{version}", registry.HangAsync);
        await registry.app.StartAsync(TestContext.Current.CancellationToken);
        return registry;
    }

    public Task IsDownloadingAsync(TimeSpan patience) => downloading.Task.WaitAsync(patience, TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private IResult Describe(string package)
    {
        var versions = Enumerable.Range(0, 100).Select(minor => $"3.{minor}.0");
        var description = new
        {
            name = package,
            versions = versions.ToDictionary(
                version => version,
                version => new
                {
                    name = package,
                    version,
                    dist = new { tarball = $"http://127.0.0.1:{Port}/-/{package}/{version}" },
                }
            ),
        };
        return Results.Text(JsonSerializer.Serialize(description), "application/json");
    }

    private Task HangAsync(HttpContext context)
    {
        downloading.TrySetResult();
        return Task.Delay(Timeout.Infinite, context.RequestAborted);
    }
}
