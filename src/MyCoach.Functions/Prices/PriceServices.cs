using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using MyCoach.Hosting;

namespace MyCoach.Prices;

internal static class PriceServices
{
    public static void AddPrices(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RepricingTable>();
        builder.Services.AddSingleton<MonthRepricing>();
        builder.Services.AddSingleton<Repricing>();
        builder.Services.AddSingleton(PriceFeedSettings.Read(builder.Configuration));
        builder.Services.AddSingleton(services => new PriceFeedClient(
            PriceFeedClient.CreateClient(),
            services.GetRequiredService<IOptions<JsonOptions>>()
        ));
        builder.Services.AddSingleton<PriceProposalTable>();
        builder.Services.AddSingleton<PriceFeed>();
        builder.Services.AddSingleton<PriceAge>();
        builder.AddMaintenanceStep(
            PriceFeed.Step,
            PriceFeed.TimeLimit,
            async (services, cancellation) =>
            {
                await services.GetRequiredService<PriceFeed>().RunAsync(cancellation);
                await services.GetRequiredService<PriceAge>().CheckAsync(cancellation);
            }
        );
        builder.AddMaintenanceStep(
            Repricing.Step,
            Repricing.TimeLimit,
            (services, cancellation) => services.GetRequiredService<Repricing>().RunAsync(cancellation)
        );
    }
}
