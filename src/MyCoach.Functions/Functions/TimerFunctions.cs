using Microsoft.Azure.Functions.Worker;
using MyCoach.Hosting;
using Rollup = MyCoach.Budgets.BudgetRollup;

namespace MyCoach.Functions;

/// <summary>What the Functions host runs by schedule. No HTTP path reaches these.</summary>
public static class TimerFunctions
{
    [Function(Rollup.Name)]
    public static Task BudgetRollup([TimerTrigger("%BudgetRollupSchedule%")] TimerInfo timer, FunctionContext context) =>
        Timers.RunForHostAsync(Rollup.Name, context.InstanceServices, context.CancellationToken);
}
