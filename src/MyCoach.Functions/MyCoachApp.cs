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

/// <summary>What MyCoach consists of, in the same way for the web server that runs by itself and for the worker of the Functions host.</summary>
internal static class MyCoachApp
{
    public static void AddMyCoach(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        builder.AddHosting(environment);
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
    }

    public static void UseMyCoach(this IApplicationBuilder app, HostEnvironment environment)
    {
        app.UseSecurityHeaders(environment);
        app.UseProblems();
        app.UseCors(environment);
        app.UseRouting();
        app.UseBodyLimits();
        app.UseAuth();
        app.UseUtf8Bodies();
        app.UseEndpoints(MapMyCoach);
    }

    private static void MapMyCoach(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapApiKeys();
        endpoints.MapModels();
        endpoints.MapSettings();
        endpoints.MapAgents();
        endpoints.MapUsage();
        endpoints.MapConversations();
        endpoints.MapBudgets();
        endpoints.MapAccounts();
        endpoints.MapGateway();
        endpoints.MapHealth();
        endpoints.MapApiDescription();
    }
}
