namespace MyCoach.Months;

internal static class MonthServices
{
    public static void AddMonths(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RecentMonths>();
        builder.Services.AddSingleton<LedgerTurn>();
        builder.Services.AddSingleton<MonthCommit>();
        builder.Services.AddSingleton<MonthQueue>();
    }
}
