namespace MyCoach.Hosting;

/// <summary>
/// The only timer of the program. Features add its steps, which run in this order: erasures, data keys, deleted
/// conversations, retention, expired answers, and then visits and recounts of changed months.
/// </summary>
internal static class Maintenance
{
    /// <summary>The name of the timer function. It dates from when the timer only rolled up budgets.</summary>
    public const string Name = "BudgetRollup";

    private const string ScheduleSetting = "BudgetRollupSchedule";
    private const string Schedule = "0 */5 * * * *";

    public static void AddMaintenance(this IHostApplicationBuilder builder, HostEnvironment environment) =>
        builder.AddTimer(environment, Name, ScheduleSetting, Schedule);

    public static void AddMaintenanceStep(
        this IHostApplicationBuilder builder,
        string name,
        TimeSpan share,
        Func<IServiceProvider, CancellationToken, Task> run
    ) => builder.AddTimerStep(Name, name, share, run);
}
