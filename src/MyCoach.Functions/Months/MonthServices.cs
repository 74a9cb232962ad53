namespace MyCoach.Months;

internal static class MonthServices
{
    public static void AddMonths(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RecentMonths>();
        builder.Services.AddSingleton<LedgerTurn>();
        builder.Services.AddSingleton<MonthCommit>();
        builder.Services.AddSingleton<MonthQueue>();
    }
}
