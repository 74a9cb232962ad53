using System.Collections.Concurrent;
using FsCheck.Xunit;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Budgets;

/// <summary>
/// The budget guarantee, whatever happens in whatever order, on three instances whose storage fails now and then.
/// </summary>
[Properties(Arbitrary = [typeof(BudgetSchedule)])]
public sealed class BudgetScheduleTests(LocalParts parts, ITestOutputHelper output) : IAsyncLifetime
{
    private const int Schedules = 120;

    // A schedule mostly waits for the storage, so several run at once, each on its own instances with their own clock.
    private const int AtOnce = 4;

    // Some fail so often that retries do not help: calls are refused and settlements are late.
    private const int OneBadIn = 24;

    private readonly BudgetTally tally = new();
    private readonly ConcurrentBag<Setup> setups = [];
    private readonly SemaphoreSlim free = new(AtOnce);
    private int users;

    // The same schedules each time. To look further, change Replay and raise MaxTest; a failure prints the Replay that
    // reproduces it.
    [Property(MaxTest = Schedules, Replay = "20261125,1", Parallelism = AtOnce)]
    public async Task The_budget_holds_and_every_call_is_charged_once(BudgetSchedule schedule)
    {
        await free.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(setups.TryTake(out var setup));
        try
        {
            await RunAsync(schedule, setup);
        }
        finally
        {
            setups.Add(setup);
            free.Release();
        }
        tally.Ran();
    }

    public async ValueTask InitializeAsync()
    {
        for (var i = 0; i < AtOnce; i++)
        {
            setups.Add(await Setup.StartAsync(parts));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var setup in setups)
        {
            await setup.Instances.DisposeAsync();
        }
        free.Dispose();
        output.WriteLine(tally.ToString());
        if (tally.Schedules == Schedules)
        {
            tally.AssertThatAllOfItHappened();
        }
    }

    private async Task RunAsync(BudgetSchedule schedule, Setup setup)
    {
        setup.Plan =
            schedule.Seed % OneBadIn == 0
                ? new FaultPlan(schedule.Seed, 0.6, maxInARow: 12)
                : new FaultPlan(schedule.Seed, 0.05);
        var run = new BudgetRun(setup.Instances, $"user-{Interlocked.Increment(ref users)}", tally);
        await run.BeginAsync();
        foreach (var step in schedule.Steps)
        {
            await run.TakeAsync(step);
        }
        await run.EndAsync();
        setup.Plan = null;
        await run.BalancesAsync();
    }

    /// <summary>Three instances and their storage faults.</summary>
    private sealed class Setup
    {
        public FaultPlan? Plan { get; set; }

        public FaultyInstances Instances { get; private set; } = null!;

        public static async Task<Setup> StartAsync(LocalParts parts)
        {
            var setup = new Setup();
            setup.Instances = await FaultyInstances.StartAsync(
                parts,
                (instance, call) => setup.Plan?.Deal(instance, call) ?? StorageFault.None
            );
            return setup;
        }
    }
}
