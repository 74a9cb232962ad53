using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace MyCoach.Bench;

/// <summary>The roles of this program when it starts itself again.</summary>
internal static class Part
{
    public const string Stub = "part-stub";
    public const string Forwarder = "part-forwarder";

    /// <summary>Runs YARP's direct forwarder and nothing else: the minimum cost of one hop.</summary>
    public static Task ForwardAsync(int port, string destination)
    {
        var app = Build(port);
        app.MapForwarder("/{**path}", destination);
        return app.RunAsync();
    }

    /// <summary>Builds an empty server that stops when its parent process exits.</summary>
    public static WebApplication Build(int port)
    {
        var app = BuildHere(port);
        _ = Task.Run(async () =>
        {
            await Console.In.ReadToEndAsync();
            await app.StopAsync();
        });
        return app;
    }

    /// <summary>Builds an empty server for this process.</summary>
    public static WebApplication BuildHere(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Services.AddRouting();
        builder.Services.AddHttpForwarder();
        return builder.Build();
    }
}
