using MyCoach.Accounts;
using MyCoach.Agents;
using MyCoach.Alerts;
using MyCoach.Auth;
using MyCoach.Billing;
using MyCoach.Bounds;
using MyCoach.Budgets;
using MyCoach.Catalogue;
using MyCoach.Conversations;
using MyCoach.Crypto;
using MyCoach.Exports;
using MyCoach.Gateway;
using MyCoach.Health;
using MyCoach.Hosting;
using MyCoach.Http;
using MyCoach.Ledger;
using MyCoach.Prices;
using MyCoach.ProviderKeys;
using MyCoach.Providers;
using MyCoach.Settings;
using MyCoach.Storage;
using MyCoach.Tokens;
using MyCoach.Upkeep;
using MyCoach.Usage;
using MyCoach.Users;
using MyCoach.Web;

namespace MyCoach;

/// <summary>
/// The services, middleware and endpoints of MyCoach. The standalone web server and the Functions worker both use them.
/// </summary>
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
        builder.AddUsers();
        builder.AddMaintenance(environment);
        builder.AddAccounts();
        builder.AddProviders();
        builder.AddProviderKeys();
        builder.AddModels();
        builder.AddBounds();
        builder.AddLedger();
        builder.AddSettings();
        builder.AddAlerts();
        builder.AddAgents();
        builder.AddTokens();
        builder.AddConversations();
        builder.AddUpkeep();
        builder.AddUsage();
        builder.AddBudgets();
        builder.AddPrices();
        builder.AddBilling(environment);
        builder.AddExports();
        builder.AddGateway();
        builder.AddHealth();
        builder.AddApiDescription();
        builder.AddPage();
    }

    public static void UseMyCoach(this IApplicationBuilder app, HostEnvironment environment)
    {
        app.UseSecurityHeaders(environment);
        app.UseProblems();
        app.UseCors(environment);
        app.UseRouting();
        app.UsePage();
        app.UseBodyLimits();
        app.UseAuth();
        app.UseQueryMembers(environment);
        app.UseRequestMemory();
        app.UseRequestTurns();
        app.UseUtf8Bodies();
        app.UseSettlementWait();
        app.UseUsers();
        app.UsePriceBook();
        app.UseEndpoints(MapMyCoach);
    }

    private static void MapMyCoach(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapProviderKeys();
        endpoints.MapModels();
        endpoints.MapPrices();
        endpoints.MapSettings();
        endpoints.MapAgents();
        endpoints.MapTokens();
        endpoints.MapUsage();
        endpoints.MapConversations();
        endpoints.MapBudgets();
        endpoints.MapBilling();
        endpoints.MapAccounts();
        endpoints.MapExports();
        endpoints.MapGateway();
        endpoints.MapHealth();
        endpoints.MapApiDescription();
        endpoints.MapApiReference();
        endpoints.MapPage();
    }
}
