using MyCoach.Hosting;

namespace MyCoach.Upkeep;

internal static class UpkeepServices
{
    public static void AddUpkeep(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<UpkeepMetrics>();
        builder.Services.AddSingleton<MonthUpkeep>();
        builder.Services.AddSingleton<MonthAttempt>();
        builder.Services.AddSingleton<ReservationExpiry>();
        builder.Services.AddSingleton<MonthVisit>();
        builder.Services.AddSingleton<LedgerRecount>();
        builder.Services.AddSingleton<LedgerRepair>();
        builder.Services.AddSingleton<DailyUpkeep>();
        builder.Services.AddSingleton(RetentionSettings.Read(builder.Configuration));
        builder.Services.AddSingleton<RetentionTable>();
        builder.Services.AddSingleton<EventRemover>();
        builder.Services.AddSingleton<UsageRetention>();
        builder.Services.AddSingleton<ResponseExpiry>();
        builder.AddMaintenanceStep(
            UsageRetention.Step,
            UsageRetention.TimeLimit,
            (services, cancellation) => services.GetRequiredService<UsageRetention>().RunAsync(cancellation)
        );
        builder.AddMaintenanceStep(
            ResponseExpiry.Step,
            ResponseExpiry.TimeLimit,
            (services, cancellation) => services.GetRequiredService<ResponseExpiry>().RunAsync(cancellation)
        );
        builder.AddMaintenanceStep(
            "months",
            MonthUpkeep.TimeLimit,
            (services, cancellation) => services.GetRequiredService<MonthUpkeep>().RunAsync(cancellation)
        );
    }
}
