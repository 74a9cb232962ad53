using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Azure.Functions.Worker.Builder;
using MyCoach.Auth;
using MyCoach.Crypto;
using MyCoach.Hosting;

namespace MyCoach.Functions;

/// <summary>
/// The program as a worker of the Azure Functions host: the same services and the same pipeline, which the host's
/// functions call.
/// </summary>
internal static class FunctionsWorker
{
    private static readonly TimeSpan RequestDrainTime = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(string[] args)
    {
        using var host = Build(args);
        // Malformed settings fail here, not at the first request. Before the start, because the pipeline and the
        // worker's web server add endpoints to one list, which is not safe to do at the same time.
        host.Services.GetRequiredService<FunctionPipeline>();
        await host.StartAsync();
        await host.WaitForShutdownOrFailureAsync();
    }

    private static IHost Build(string[] args)
    {
        var environment = HostEnvironment.Read(args);
        var builder = FunctionsApplication.CreateBuilder([.. args, HostingServices.WithoutWatchers]);
        builder.Environment.EnvironmentName = environment.Name;
        builder.AddSettings(environment);
        // Before the web server: services stop in reverse order, so requests end before their usage is drained.
        builder.AddMyCoach(environment);
        builder.ConfigureFunctionsWebApplication();
        // The host kills the worker five seconds after asking it to stop: three for open requests, the rest for
        // recording usage.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = RequestDrainTime);
        // The HTTP extension adds it again.
        builder.Services.RemoveKeyRing();
        builder.Services.AddSingleton(FunctionPipeline.Of);
        // Only what the host overwrites. It passes a caller's X-Forwarded-Prefix through, which would change the path.
        builder.Services.PostConfigure<ForwardedHeadersOptions>(options =>
            options.ForwardedHeaders =
                ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto
        );
        var host = builder.Build();
        host.Services.WarnAboutUnknownSettings();
        host.Services.WarnWithoutDataKey();
        return host;
    }
}
