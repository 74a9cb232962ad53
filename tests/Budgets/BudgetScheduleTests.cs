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
    private const int Schedules = 48;

    // A schedule mostly waits for the storage, so several run at once, each on its own instances with their own clock.
    private const int AtOnce = 4;

    // Some fail so often that retries do not help: calls are refused and settlements are late.
    private const int OneBadIn = 24;

    // More failures in a row than a transaction has attempts.
    private const int LongOutage = 24;

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
        setup.Faults = (schedule.Seed % OneBadIn) switch
        {
            0 => new FaultPlan(schedule.Seed, 0.6, maxInARow: LongOutage).Deal,
            1 => RefuseTransactions(),
            _ => new FaultPlan(schedule.Seed, 0.05).Deal,
        };
        var run = new BudgetRun(setup.Instances, $"user-{Interlocked.Increment(ref users)}", tally);
        await run.BeginAsync();
        foreach (var step in schedule.Steps)
        {
            await run.TakeAsync(step);
        }
        await run.EndAsync();
        setup.Faults = null;
        await run.BalancesAsync();
    }

    // An outage at the start of each instance, and again after as many transactions. A random plan has none as long,
    // because some of its faults only lose the answer of a transaction that has committed.
    private static Func<int, StorageCall, StorageFault> RefuseTransactions()
    {
        var transactions = new ConcurrentDictionary<int, int>();
        return (instance, call) =>
            call.IsTransaction
            && transactions.AddOrUpdate(instance, 0, (_, count) => count + 1) % (2 * LongOutage) < LongOutage
                ? StorageFault.Busy
                : StorageFault.None;
    }

    /// <summary>Three instances and their storage faults.</summary>
    private sealed class Setup
    {
        public Func<int, StorageCall, StorageFault>? Faults { get; set; }

        public FaultyInstances Instances { get; private set; } = null!;

        public static async Task<Setup> StartAsync(LocalParts parts)
        {
            var setup = new Setup();
            setup.Instances = await FaultyInstances.StartAsync(
                parts,
                (instance, call) => setup.Faults?.Invoke(instance, call) ?? StorageFault.None
            );
            return setup;
        }
    }
}
