using Microsoft.Azure.Functions.Worker;
using MyCoach.Hosting;

namespace MyCoach.Functions;

/// <summary>What the Functions host runs by schedule. No HTTP path reaches these.</summary>
public static class TimerFunctions
{
    [Function(Maintenance.Name)]
    public static Task BudgetRollup(
        [TimerTrigger("%BudgetRollupSchedule%")] TimerInfo timer,
        FunctionContext context
    ) => Timers.RunForHostAsync(Maintenance.Name, context.InstanceServices, context.CancellationToken);

    [Function(Billing.BillingSync.Name)]
    public static Task BillingSync([TimerTrigger("%BillingSyncSchedule%")] TimerInfo timer, FunctionContext context) =>
        Timers.RunForHostAsync(Billing.BillingSync.Name, context.InstanceServices, context.CancellationToken);
}
