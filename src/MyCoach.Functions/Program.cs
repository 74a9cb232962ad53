using MyCoach.Backups;
using MyCoach.Crypto;
using MyCoach.Hosting;

namespace MyCoach;

internal static class Program
{
    public static Task<int> Main(string[] args) =>
        HostingServices.RunOrExplainAsync(() => BackupCommand.Of(args)?.RunAsync() ?? ServeAsync(args));

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

    /// <summary>Builds the standalone web server, which runs without the Functions host.</summary>
    /// <param name="configure">Lets a test or the development run replace services, such as the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var (builder, environment) = HostingServices.CreateBuilder(args);
        builder.AddMyCoach(environment);
        configure?.Invoke(builder);
        var app = builder.Build();
        app.Services.WarnAboutUnknownSettings();
        app.Services.WarnWithoutDataKey();
        app.UseMyCoach(environment);
        return app;
    }
}
