using MyCoach.Accounts;
using MyCoach.Agents;
using MyCoach.Auth;
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
    public static async Task<int> Main(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception reason) when (HostingServices.IsToldInOneLine(reason))
        {
            await Console.Error.WriteLineAsync(reason.Message);
            return 1;
        }
    }

    /// <param name="configure">What a test or the development run puts in the place of a service, such as the clock.</param>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        var (builder, environment) = HostingServices.CreateBuilder(args);
        builder.AddTelemetry();
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
