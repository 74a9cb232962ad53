using MyCoach.Backups;
using MyCoach.Crypto;
using MyCoach.Hosting;

namespace MyCoach;

internal static class Program
{
    public static Task<int> Main(string[] args) => HostingServices.ToldInOneLineAsync(() => BackupCommand.Of(args)?.RunAsync() ?? ServeAsync(args));

    private static async Task ServeAsync(string[] args)
    {
#if FUNCTIONS
        if (HostEnvironment.Read(args).IsUnderFunctionsHost)
        {
            await Functions.FunctionsWorker.RunAsync(args);
            return;
        }
#endif
        await using var app = Build(args);
        await app.StartAsync();
        await app.WaitForShutdownOrFailureAsync();
    }

    /// <summary>The web server that runs by itself.</summary>
    /// <param name="configure">What a test or the development run puts in the place of a service, such as the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var (builder, environment) = HostingServices.CreateBuilder(args);
        builder.AddMyCoach(environment);
        configure?.Invoke(builder);
        var app = builder.Build();
        app.Services.WarnWithoutDataKey();
        app.UseMyCoach(environment);
        return app;
    }
}
