using MyCoach.Accounts;
using MyCoach.Agents;
using MyCoach.Auth;
using MyCoach.Backups;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Conversations;
using MyCoach.Crypto;
using MyCoach.Gateway;
using MyCoach.Hosting;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Usage;

namespace MyCoach;

internal static class Program
{
    public static Task<int> Main(string[] args) => HostingServices.ToldInOneLineAsync(() => BackupCommand.Of(args)?.RunAsync() ?? ServeAsync(args));

    private static async Task ServeAsync(string[] args)
    {
        await using var app = Build(args);
        await app.RunAsync();
    }

    /// <param name="configure">What a test or the development run puts in the place of a service, such as the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var (builder, environment) = HostingServices.CreateBuilder(args);
        builder.AddTelemetry(environment);
        builder.AddWireJson();
        builder.AddCors(environment);
        builder.AddAuth(environment);
        builder.AddStorage();
        builder.AddCrypto();
        builder.AddAccounts();
        builder.AddProviders();
        builder.AddApiKeys();
        builder.AddModels();
        builder.AddSettings();
        builder.AddAgents();
        builder.AddConversations();
        builder.AddUsage();
        builder.AddBudgets(environment);
        builder.AddGateway();
        builder.AddHealth();
        builder.AddApiDescription();
        configure?.Invoke(builder);
        var app = builder.Build();
        app.WarnWithoutDataKey();
        app.UseSecurityHeaders(environment);
        app.UseProblems();
        app.UseCors(environment);
        app.UseRouting();
        app.UseAuth();
        app.UseUtf8Bodies();
        app.MapApiKeys();
        app.MapModels();
        app.MapSettings();
        app.MapAgents();
        app.MapUsage();
        app.MapConversations();
        app.MapBudgets();
        app.MapAccounts();
        app.MapGateway();
        app.MapTimers(environment);
        app.MapHealth();
        app.MapApiDescription();
        return app;
    }
}
