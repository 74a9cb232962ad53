using FsCheck.Xunit;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>The budget guarantee, whatever happens in whatever order, on three instances whose storage fails now and then.</summary>
[Properties(Arbitrary = [typeof(BudgetSchedule)])]
public sealed class BudgetScheduleTests(LocalParts parts, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Schedules = 200;

    // Some are so bad that nothing makes good what fails: calls are refused for it, and settlements come later.
    private const int OneIsBadOf = 24;

    private readonly BudgetTally tally = new();
    private FaultyInstances? instances;
    private FaultPlan? plan;
    private int users;

    // The same schedules each time. To look further, take another Replay and a greater MaxTest; a failure says by which Replay it comes again.
    [Property(MaxTest = Schedules, Replay = "20261125,1")]
    public async Task Whatever_happens_the_budget_holds_and_every_call_is_charged_once(BudgetSchedule schedule)
    {
        plan = schedule.Seed % OneIsBadOf == 0 ? new FaultPlan(schedule.Seed, 0.6, mostInARow: 12) : new FaultPlan(schedule.Seed, 0.05);
        var run = new BudgetRun(instances!, $"user-{Interlocked.Increment(ref users)}", tally);
        await run.BeginAsync();
        foreach (var step in schedule.Steps)
        {
            await run.TakeAsync(step);
        }
        await run.EndAsync();
        plan = null;
        await run.BalancesAsync();
        tally.Schedules++;
    }

    public async ValueTask InitializeAsync() =>
        instances = await FaultyInstances.StartAsync(parts, (instance, call) => plan?.Deal(instance, call) ?? StorageFault.None);

    public async ValueTask DisposeAsync()
    {
        await instances!.DisposeAsync();
        output.WriteLine(tally.ToString());
        if (tally.Schedules == Schedules)
        {
            tally.AssertThatAllOfItHappened();
        }
    }
}
