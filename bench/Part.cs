using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MyCoach.Bench;

/// <summary>What this program is when it starts itself again.</summary>
internal static class Part
{
    public const string Stub = "part-stub";
    public const string Forwarder = "part-forwarder";

    /// <summary>YARP's direct forwarder and nothing else: what one hop costs at least.</summary>
    public static Task ForwardAsync(int port, string destination)
    {
        var app = Build(port);
        app.MapForwarder("/{**path}", destination);
        return app.RunAsync();
    }

    /// <summary>An empty server, which ends when whoever started it does.</summary>
    public static WebApplication Build(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddRouting();
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        _ = Task.Run(async () =>
        {
            await Console.In.ReadToEndAsync();
            await app.StopAsync();
        });
        return app;
    }
}
