using MyCoach.Tests.Support;

namespace MyCoach.Tests.Ledger;

/// <summary>The ledger of a user whose concurrent calls go to three instances.</summary>
public sealed class LedgerTests(LocalParts parts)
{
    [Fact]
    public async Task Four_hundred_concurrent_posts_to_three_instances_add_up()
    {
        await using var first = await TestApp.StartAsync(parts);
        await using var second = await TestApp.StartAsync(parts, beside: first);
        await using var third = await TestApp.StartAsync(parts, beside: first);
        var load = new UsageLoad(posts: 400);

        await load.PostAsync([first.As("ann"), second.As("ann"), third.As("ann")]);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{load.Ids.Count} calls; repeated after a 503: {load.Refusals}"
        );
        load.AssertEachCreatedOnce();
        Assert.Equal(
            load.Expected,
            await LedgerCheck.BalancesAsync(second.As("ann"), await first.RowsAsync("Usage"), "ann_202611")
        );
        Assert.Equal(0, load.Refusals);
    }
}
