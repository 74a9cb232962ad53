using MyCoach.Dev;
using MyCoach.Tests.Support;
using MyCoach.Users;

namespace MyCoach.Tests.Accounts;

/// <summary>How the timer divides its time among accounts that it erases.</summary>
public sealed class ErasureShareTests(LocalParts parts)
{
    [Fact]
    public async Task A_large_account_gets_a_share_and_others_are_erased_beside_it()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [AccountStory.NoTimer, TestApp.Behind(proxy)]);
        string[] users = ["heavy", "light-1", "light-2", "light-3"];
        await BeginAsync(app, users);
        // Each transaction of this account takes longer than a share.
        DelayTransactions(app, proxy, "heavy");

        // One run deletes, the next one finds nothing left.
        await AccountStory.ContinueAsync(app);
        await AccountStory.ContinueAsync(app);

        await AccountStory.AssertNothingIsLeftAsync(app, users[1..]);
        Assert.True(await IsErasingAsync(app, "heavy"));
        // It becomes smaller with each run.
        for (var run = 0; run < 20 && await IsErasingAsync(app, "heavy"); run++)
        {
            await AccountStory.ContinueAsync(app);
        }
        await AccountStory.AssertNothingIsLeftAsync(app, users);
    }

    [Fact]
    public async Task A_run_stops_at_its_limit_and_none_is_always_last()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [AccountStory.NoTimer, TestApp.Behind(proxy)]);
        var users = Enumerable.Range(0, 8).Select(i => $"heavy-{i}").ToArray();
        await BeginAsync(app, users);
        DelayTransactions(app, proxy, "heavy-");
        var began = app.Clock.GetUtcNow();

        await AccountStory.ContinueAsync(app);
        Assert.InRange(app.Clock.GetUtcNow() - began, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(3));
        await app.Logs.SaysAsync("Ran out of time continuing erasures");
        for (
            var run = 0;
            run < 200 && (await Task.WhenAll(users.Select(user => IsErasingAsync(app, user)))).Any(e => e);
            run++
        )
        {
            await AccountStory.ContinueAsync(app);
        }

        await AccountStory.AssertNothingIsLeftAsync(app, users);
    }

    private static async Task BeginAsync(TestApp app, IReadOnlyList<string> users)
    {
        await AccountStory.LiveAsync(app, users);
        foreach (var user in users)
        {
            await app.Service<ErasuresTable>()
                .BeginAsync(UserId.TryCreate(user)!, TestContext.Current.CancellationToken);
        }
        app.Clock.Advance(TimeSpan.FromMinutes(3));
    }

    private static void DelayTransactions(TestApp app, StorageProxy proxy, string user) =>
        proxy.Hold = call =>
        {
            var isDelayed = call.IsTransaction && call.Body.Contains(user, StringComparison.Ordinal);
            app.Clock.Advance(isDelayed ? TimeSpan.FromSeconds(31) : TimeSpan.Zero);
            return Task.CompletedTask;
        };

    private static async Task<bool> IsErasingAsync(TestApp app, string user) =>
        (bool)(await app.As(user).GetAsync("/api/account"))["erasing"];
}
