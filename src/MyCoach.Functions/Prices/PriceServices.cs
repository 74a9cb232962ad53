using MyCoach.Hosting;

namespace MyCoach.Prices;

internal static class PriceServices
{
    public static void AddPrices(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RepricingTable>();
        builder.Services.AddSingleton<MonthRepricing>();
        builder.Services.AddSingleton<Repricing>();
        builder.AddMaintenanceStep(
            Repricing.Step,
            Repricing.TimeLimit,
            (services, cancellation) => services.GetRequiredService<Repricing>().RunAsync(cancellation)
        );
    }
}
