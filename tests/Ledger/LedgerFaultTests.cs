using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>
/// The ledger of a user whose concurrent calls go to three instances, while the storage fails. A failure names its seed
/// as the test's argument.
/// </summary>
public sealed partial class LedgerFaultTests(LocalParts parts)
{
    private const int MaxRefusals = 2;

    private static readonly StorageFault[] Ways =
    [
        StorageFault.PreconditionFailed,
        StorageFault.Conflict,
        StorageFault.Busy,
        StorageFault.DropBefore,
        StorageFault.DropAfter,
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(300)]
    public async Task Sums_stay_exact_while_a_fifth_of_storage_calls_fail(int seed)
    {
        var plan = new FaultPlan(seed, chance: 0.2);
        await using var instances = await FaultyInstances.StartAsync(parts, plan.Deal);
        var load = new UsageLoad(posts: 160);

        await load.PostAsync(instances.As("ann"), atOnce: 6);

        instances.Heal();
        Write($"seed {seed}: {load.Ids.Count} calls; repeated after a 503: {load.Refusals}; {plan.Summary}");
        // Rarely, all attempts fail or lose to another instance; the call is then repeated.
        Assert.InRange(load.Refusals, 0, MaxRefusals);
        Assert.All(Ways, way => Assert.True(plan.Transactions(way) > 0, $"No transaction met {way}."));
        await AssertExactAsync(load, instances);
    }

    [Fact]
    public async Task Sums_stay_exact_while_every_commit_answer_is_lost()
    {
        var begun = new ConcurrentDictionary<string, bool>();
        var lost = 0;
        await using var instances = await FaultyInstances.StartAsync(parts, (_, call) => Lose(call));
        var load = new UsageLoad(posts: 160);

        await load.PostAsync(instances.As("ann"), atOnce: 6);

        instances.Heal();
        Write(
            $"{load.Ids.Count} calls; repeated after a 503: {load.Refusals}; {begun.Count} transactions, {lost} first answers lost"
        );
        Assert.InRange(load.Refusals, 0, MaxRefusals);
        Assert.InRange(lost, 3, int.MaxValue);
        await AssertExactAsync(load, instances);

        // Attempts of one transaction carry the same commit id. The first answer is always lost, later ones only if they
        // report success.
        StorageFault Lose(StorageCall call)
        {
            if (!call.IsTransaction)
            {
                return StorageFault.None;
            }
            if (!begun.TryAdd(CommitId().Match(call.Body).Groups["id"].Value, true))
            {
                return StorageFault.DropAfterSuccess;
            }
            Interlocked.Increment(ref lost);
            return StorageFault.DropAfter;
        }
    }

    private static async Task AssertExactAsync(UsageLoad load, FaultyInstances instances)
    {
        load.AssertEachCreatedOnce();
        Assert.Equal(
            load.Expected,
            await LedgerCheck.BalancesAsync(instances.As("ann")[1], await instances.RowsAsync(), "ann_202611")
        );
    }

    private static void Write(string what) => TestContext.Current.TestOutputHelper?.WriteLine(what);

    [GeneratedRegex("\"CommitId\":\"(?<id>[0-9a-f]{32})\"")]
    private static partial Regex CommitId();
}
