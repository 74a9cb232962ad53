using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Azure.Functions.Worker.Builder;
using MyCoach.Auth;
using MyCoach.Crypto;
using MyCoach.Hosting;

namespace MyCoach.Functions;

/// <summary>The program as a worker of the Azure Functions host: the same services and the same pipeline, which the host's functions call.</summary>
internal static class FunctionsWorker
{
    private static readonly TimeSpan CallsMayFinish = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(string[] args)
    {
        using var host = Build(args);
        // While the host greets its worker. What is wrong with the settings is found here too, and not at the first request.
        var pipeline = Task.Run(() => host.Services.GetRequiredService<FunctionPipeline>());
        await host.StartAsync();
        await pipeline;
        await host.WaitForShutdownAsync();
    }

    private static IHost Build(string[] args)
    {
        var environment = HostEnvironment.Read(args);
        var builder = FunctionsApplication.CreateBuilder([.. args, HostingServices.WithoutWatchers]);
        builder.Environment.EnvironmentName = environment.Name;
        builder.AddSettingsOf(environment);
        // Before the web server, because the last service that was added is the first to stop: calls end before what they leave is recorded.
        builder.AddMyCoach(environment);
        builder.ConfigureFunctionsWebApplication();
        // The host kills a worker five seconds after it asked it to end: open calls have three, and what they leave is recorded in the rest.
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = CallsMayFinish);
        // The worker's HTTP extension brings it again.
        builder.Services.RemoveKeyRing();
        builder.Services.AddSingleton(FunctionPipeline.Of);
        // What the host itself sets. A caller's X-Forwarded-Prefix passes through it and would change the path.
        builder.Services.PostConfigure<ForwardedHeadersOptions>(options =>
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto
        );
        var host = builder.Build();
        host.Services.WarnWithoutDataKey();
        return host;
    }
}
