namespace MyCoach.Ledger;

internal static class LedgerServices
{
    public static void AddLedger(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<MonthTable>();
        builder.Services.AddSingleton<MonthScans>();
        builder.Services.AddSingleton<ChangedMonthsTable>();
        builder.Services.AddSingleton<TombstonesTable>();
        builder.Services.AddSingleton<StoredResponsesTable>();
        builder.Services.AddSingleton<RecentMonths>();
        builder.Services.AddSingleton<LedgerTurn>();
        builder.Services.AddSingleton<MonthReader>();
        builder.Services.AddSingleton<MonthCommit>();
        builder.Services.AddSingleton<GroupCommit>();
        builder.Services.AddSingleton<MonthQueue>();
        builder.Services.AddSingleton<UsageRecorder>();
        builder.Services.AddSingleton<OutsideUse>();
        builder.Services.AddSingleton<SettlementRetry>();
        builder.Services.AddSingleton<SettlementBacklog>();
        builder.Services.AddSingleton<UsageSettler>();
        builder.Services.AddSingleton<PendingSettlements>();
        builder.Services.AddSingleton<IHostedService, SettlementShutdown>();
        builder.Services.AddSingleton<BudgetSync>();
    }
}
