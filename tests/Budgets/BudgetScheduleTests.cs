using FsCheck.Xunit;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>The budget guarantee, whatever happens in whatever order, on three instances whose storage fails now and then.</summary>
[Properties(Arbitrary = [typeof(BudgetSchedule)])]
public sealed class BudgetScheduleTests(LocalParts parts) : IAsyncLifetime
{
    private const double ChanceOfFault = 0.05;

    private FaultyInstances? instances;
    private FaultPlan? plan;
    private int users;

    // The same schedules each time. To look further, take another Replay and a greater MaxTest; a failure says by which Replay it comes again.
    [Property(MaxTest = 200, Replay = "20261125,1")]
    public async Task Whatever_happens_the_budget_holds_and_every_call_is_charged_once(BudgetSchedule schedule)
    {
        plan = new FaultPlan(schedule.Seed, ChanceOfFault);
        var run = new BudgetRun(instances!, $"user-{Interlocked.Increment(ref users)}");
        await run.BeginAsync();
        foreach (var step in schedule.Steps)
        {
            await run.TakeAsync(step);
        }
        await run.EndAsync();
    }

    public async ValueTask InitializeAsync() => instances = await FaultyInstances.StartAsync(parts, (instance, call) => plan!.Deal(instance, call));

    public async ValueTask DisposeAsync() => await instances!.DisposeAsync();
}
