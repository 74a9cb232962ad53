using MyCoach.Ledger;
using MyCoach.Tests.Accounts;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Upkeep;

/// <summary>What is known of stored answers is deleted once it has expired.</summary>
public sealed class ResponseExpiryTests(LocalParts parts)
{
    [Fact]
    public async Task Expired_rows_are_deleted_by_a_scan_a_day()
    {
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp]);
        await AccountStory.KeepAnswerAsync(app, "ann");
        await AccountStory.KeepAnswerAsync(app, "bob");
        await RunAsync(app);
        Assert.Equal(4, await CountAsync(app));

        app.Clock.Advance(StoredResponsesTable.Lifetime - TimeSpan.FromHours(1));
        // A later answer with the same id takes the place of the earlier one.
        await AccountStory.KeepAnswerAsync(app, "bob");
        await RunAsync(app);
        Assert.Equal(4, await CountAsync(app));

        // Ann's have expired, but this day's scan is done.
        app.Clock.Advance(TimeSpan.FromHours(2));
        await RunAsync(app);
        Assert.Equal(4, await CountAsync(app));

        app.Clock.Advance(TimeSpan.FromHours(23));
        await RunAsync(app);
        Assert.All(await app.RowsAsync("StoredResponses"), row => Assert.Equal("bob", row.PartitionKey));
        Assert.Equal(2, await CountAsync(app));
    }

    private static Task RunAsync(TestApp app) =>
        app.Service<ResponseExpiry>().RunAsync(TestContext.Current.CancellationToken);

    private static async Task<int> CountAsync(TestApp app) => (await app.RowsAsync("StoredResponses")).Count;
}
