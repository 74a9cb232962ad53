namespace MyCoach.Providers;

internal static class ProviderServices
{
    public static void AddProviders(this IHostApplicationBuilder builder)
    {
        var addresses = new ProviderAddresses(builder.Configuration);
        builder.Services.AddSingleton(addresses);
        builder.Services.AddSingleton(services => new KeyCheck(
            KeyCheck.CreateClient(),
            addresses,
            services.GetRequiredService<ILogger<KeyCheck>>()
        ));
    }
}
