using System.Net;
using MyCoach.Conversations;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Upkeep;

/// <summary>A recount of a month that others write to, and of one that is written to every day.</summary>
public sealed partial class LedgerRecountTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_month_changed_during_each_recount_waits_for_another_run(bool isSpoilt)
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        await using var counting = await BesideAsync(app, proxy);
        await PostAsync(app, 3);
        await SpoilAsync(app, "agent_coach", requests: isSpoilt ? 4 : 0, picoUsd: 0);
        EndDay(app);
        proxy.Hold = call => IsCount(call) ? PostAsync(app, 1) : Task.CompletedTask;

        await RollUpAsync(counting);

        Assert.Empty(await RepairsAsync(app));
        Assert.Equal(3 * QueriesOfCount, proxy.Calls.Count(IsCount));
        Assert.Contains(
            await app.RowsAsync("ChangedMonths"),
            note => note.PartitionKey == "recount" && note.RowKey.StartsWith(Partition, StringComparison.Ordinal)
        );
        proxy.Hold = _ => Task.CompletedTask;
        EndDay(app);
        await RollUpAsync(counting);
        Assert.Equal(isSpoilt ? 1 : 0, (await RepairsAsync(app)).Count);
        Assert.Equal(3 + (3 * QueriesOfCount), (await RowAsync(app, "ledger")).GetInt64("Requests"));
        await AssertAddsUpAsync(app);
    }

    [Fact]
    public async Task Changes_of_several_days_are_counted_at_once()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        await using var counting = await BesideAsync(app, proxy);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await PostAsync(app, 1);
            EndDay(app);
        }

        await RollUpAsync(counting);

        Assert.Equal(QueriesOfCount, proxy.Calls.Count(IsCount));
        Assert.DoesNotContain(await app.RowsAsync("ChangedMonths"), note => note.PartitionKey == "recount");
    }

    [Fact]
    public async Task An_event_between_recount_and_repair_is_included()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        await using var counting = await BesideAsync(app, proxy);
        await PostAsync(app, 3);
        await SpoilAsync(app, "agent_coach", requests: 4, picoUsd: 0);
        await SpoilAsync(app, "ledger", requests: 0, picoUsd: 9);
        EndDay(app);
        var left = 1;
        proxy.Hold = call =>
            call.IsTransaction && Interlocked.Decrement(ref left) == 0 ? PostAsync(app, 1) : Task.CompletedTask;

        await RollUpAsync(counting);

        Assert.Equal(
            ["agent_coach", "ledger"],
            (await RepairsAsync(app)).Select(repair => repair.GetString("Row")).Order()
        );
        Assert.Equal(4, (await RowAsync(app, "ledger")).GetInt64("Requests"));
        await AssertAddsUpAsync(app);
    }

    [Fact]
    public async Task A_month_written_after_midnight_is_recounted_once_a_day()
    {
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        await PostAsync(app, 1);
        await SpoilAsync(app, "agent_coach", requests: 4, picoUsd: 0);

        for (var day = 16; day <= 18; day++)
        {
            app.Clock.SetUtcNow(new DateTimeOffset(2026, 11, day, 0, 2, 0, TimeSpan.Zero));
            await PostAsync(app, 1);
            WaitUntilCounted(app);
            await RollUpAsync(app);
        }

        Assert.Single(await RepairsAsync(app));
        await AssertAddsUpAsync(app);

        static void WaitUntilCounted(TestApp app) => app.Clock.SetUtcNow(app.Clock.GetUtcNow().Date.AddMinutes(70));
    }

    [Theory]
    [InlineData(StorageFault.DropAfter)]
    [InlineData(StorageFault.DropBefore)]
    [InlineData(StorageFault.CutAnswer)]
    public async Task A_repair_with_a_lost_answer_is_reported(StorageFault fault)
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        await using var counting = await BesideAsync(app, proxy);
        using var drifts = new DriftCount(counting);
        await PostAsync(app, 1);
        await SpoilAsync(app, "agent_coach", requests: 4, picoUsd: 0);
        EndDay(app);
        var left = 1;
        proxy.Fault = call => call.IsTransaction && Interlocked.Decrement(ref left) == 0 ? fault : StorageFault.None;

        await RollUpAsync(counting);

        await AssertAddsUpAsync(app);
        Assert.Single(await RepairsAsync(app));
        Assert.Single(counting.Logs.Lines, line => line.Contains("Drift", StringComparison.Ordinal));
        Assert.Equal(1, drifts.Count);
    }

    [Fact]
    public async Task A_deleted_conversation_is_never_a_drift()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [NoTimer]);
        await using var sweeping = await BesideAsync(app, proxy);
        // More than one transaction clears.
        await PostAsync(app, 103);
        await PostAsync(app, 2, conversationId: "other");
        await DeleteAsync("talk");
        await AssertNoDriftAsync();

        // Begun again, while the events of before still name it.
        await PostAsync(app, 1);
        await DeleteAsync("other");
        await AssertNoDriftAsync();

        // Cut off after the rows of totals and some of the events.
        var transactions = 0;
        proxy.Fault = call => call.IsTransaction && ++transactions > 1 ? StorageFault.Busy : StorageFault.None;
        await SweepAsync();
        Assert.Contains(sweeping.Logs.Lines, line => line.Contains("Could not clear", StringComparison.Ordinal));
        await AssertNoDriftAsync();

        proxy.Fault = _ => StorageFault.None;
        await SweepAsync();
        await AssertNoDriftAsync();
        await SweepAsync();
        Assert.Empty(await app.RowsAsync("Conversations"));
        await AssertNoDriftAsync();
        await AssertAddsUpAsync(app);

        async Task DeleteAsync(string id) =>
            (await app.As(User).DeleteAsync($"/api/conversations/{id}")).Is(HttpStatusCode.NoContent);

        Task SweepAsync() => sweeping.Service<ConversationSweep>().RunAsync(TestContext.Current.CancellationToken);

        async Task AssertNoDriftAsync()
        {
            // Only what changed in a day is counted.
            await PostAsync(app, 1, conversationId: "lively");
            EndDay(app);
            await RollUpAsync(app);
            Assert.Empty(await RepairsAsync(app));
            Assert.DoesNotContain(app.Logs.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
            Assert.DoesNotContain(await app.RowsAsync("ChangedMonths"), note => note.PartitionKey == "recount");
        }
    }

    private Task<TestApp> BesideAsync(TestApp app, StorageProxy proxy) =>
        TestApp.StartAsync(parts, [NoTimer, TestApp.Behind(proxy)], beside: app);
}
