using MyCoach.Ledger;

namespace MyCoach.Alerts;

internal static class AlertServices
{
    public static void AddAlerts(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new AlertWebhook(WebhookReceiver.Read(builder.Configuration)));
        builder.Services.AddSingleton<AlertOutbox>();
        builder.Services.AddSingleton<BackgroundDelivery>();
        builder.Services.AddSingleton<RetirementCheck>();
        builder.Services.AddSingleton<AlertRaised>(services => services.GetRequiredService<BackgroundDelivery>().Start);
    }
}
