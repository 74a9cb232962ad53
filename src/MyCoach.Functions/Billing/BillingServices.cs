using MyCoach.Hosting;
using MyCoach.Providers;

namespace MyCoach.Billing;

internal static class BillingServices
{
    public static void AddBilling(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        builder.Services.AddSingleton(services => new BillingClient(
            BillingClient.CreateClient(),
            services.GetRequiredService<ProviderAddresses>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<BillingClient>>()
        ));
        builder.Services.AddSingleton<IProviderBills, AnthropicBills>();
        builder.Services.AddSingleton<IProviderBills, OpenAiBills>();
        builder.Services.AddSingleton<BillsTable>();
        builder.Services.AddSingleton<KeyMatch>();
        builder.Services.AddSingleton<OrganisationCheck>();
        builder.Services.AddSingleton<BillingKeyWriter>();
        builder.Services.AddSingleton<BillReader>();
        builder.Services.AddSingleton<SpendCount>();
        builder.Services.AddSingleton<PriceEvidence>();
        builder.Services.AddSingleton<PriceEvidenceTable>();
        builder.Services.AddSingleton<BillingSync>();
        builder.Services.AddSingleton<Reconciler>();
        builder.AddTimer(environment, BillingSync.Name, BillingSync.ScheduleSetting, BillingSync.Schedule);
        builder.AddTimerStep(
            BillingSync.Name,
            BillingSync.Step,
            BillingSync.TimeLimit,
            (services, cancellation) => services.GetRequiredService<BillingSync>().RunAsync(cancellation)
        );
        builder.AddMaintenanceStep(
            BillingSync.Step,
            BillingSync.ContinuationLimit,
            (services, cancellation) => services.GetRequiredService<BillingSync>().ContinueAsync(cancellation)
        );
    }
}
