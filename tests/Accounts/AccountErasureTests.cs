using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;
using MyCoach.Upkeep;

namespace MyCoach.Tests.Accounts;

/// <summary>DELETE /api/account, and what everybody else sees of it.</summary>
public sealed partial class AccountErasureTests(LocalParts parts)
{
    [Fact]
    public async Task Erasure_removes_every_row_of_the_user_and_no_similar_id()
    {
        await using var app = await StartAsync();
        await AccountStory.LiveAsync(app, "an", "Ann", "ann_202611", "a=6Enn", "ann_", "anna");
        var before = await AccountStory.EverythingAsync(app);
        await AccountStory.LiveAsync(app, "ann");
        await AccountStory.StopAtAsync(app, "ann");
        Assert.NotEqual(before, await AccountStory.EverythingAsync(app));

        (await AccountStory.AfterQuietAsync(app, app.As("ann").DeleteAsync("/api/account"))).Is(
            HttpStatusCode.NoContent
        );

        var after = await AccountStory.EverythingAsync(app);
        Assert.Equal(before, after.Where(line => !line.StartsWith("Erasures ", StringComparison.Ordinal)));
        Assert.Single(after, line => line.StartsWith("Erasures ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("user-of-one-name")]
    [InlineData("Jürgen/Ä %_'=")]
    public async Task Erasure_leaves_one_row_with_a_hash_of_the_id(string user)
    {
        await using var app = await StartAsync();
        await AccountStory.LiveAsync(app, user);
        await AccountStory.StopAtAsync(app, user);

        (await AccountStory.AfterQuietAsync(app, app.As(user).DeleteAsync("/api/account"))).Is(
            HttpStatusCode.NoContent
        );

        await AccountStory.AssertNothingIsLeftAsync(app, user);
        foreach (var table in (await app.TablesAsync()).Where(table => table != "Erasures"))
        {
            Assert.Empty(await app.RowsAsync(table));
        }
        var erasure = Assert.Single(await app.RowsAsync("Erasures"));
        Assert.Matches("^[0-9a-f]{64}$", erasure.PartitionKey);
        Assert.DoesNotContain(app.Logs.Lines, line => AccountStory.Naming([line], user).Any());
    }

    [Fact]
    public async Task A_slow_erasure_answers_202_with_the_keys_already_deleted()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(TestApp.Behind(proxy));
        await using var other = await TestApp.StartAsync(parts, [AccountStory.NoTimer], beside: app);
        await AccountStory.LiveAsync(app, User);
        // So that the other instance relies on what it read before.
        (await other.As(User).GetAsync("/api/settings")).Is(HttpStatusCode.OK);
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Hold = call => call.Path.EndsWith("Usage()", StringComparison.Ordinal) ? HeldAsync() : Task.CompletedTask;
        // Nor does it help that the keys are refused to go at first.
        var keySweeps = 0;
        proxy.Fault = call =>
            call.IsTransaction
            && call.Body.Contains("ApiKeys", StringComparison.Ordinal)
            && Interlocked.Increment(ref keySweeps) == 1
                ? StorageFault.Busy
                : StorageFault.None;

        var deleting = app.As(User).DeleteAsync("/api/account");
        await reached.ReachedAsync();
        app.Clock.Advance(TimeSpan.FromSeconds(5));
        await AssertFencedAsync(other);
        var answer = (await app.WhileTimePassesAsync(deleting)).Is(HttpStatusCode.Accepted);

        Assert.True((bool)answer["erasing"]);
        Assert.Equal("/api/account", answer.Headers.Location?.OriginalString);
        Assert.Equal(2, keySweeps);
        Assert.Empty(await app.RowsAsync("ApiKeys"));
        Assert.NotEmpty(await app.RowsAsync("Usage"));
        Assert.True((bool)(await app.As(User).GetAsync("/api/account"))["erasing"]);
        await AssertFencedAsync(app);
        await AssertFencedAsync(other);
        (proxy.Hold, _) = (_ => Task.CompletedTask, released.TrySetResult());

        await AssertTimerEndsItAsync(app, other);

        async Task HeldAsync()
        {
            reached.TrySetResult();
            await released.Task;
        }
    }

    [Fact]
    public async Task If_Match_prevents_erasing_a_changed_account()
    {
        await using var app = await StartAsync();
        await AccountStory.LiveAsync(app, User);
        var seen = (await app.As(User).GetAsync("/api/account")).ETag;
        var everything = await AccountStory.EverythingAsync(app);

        (await app.As(User).DeleteAsync("/api/account", "\"other\"")).IsProblem(412, "precondition_failed");
        Assert.Equal(everything, await AccountStory.EverythingAsync(app));

        (await AccountStory.AfterQuietAsync(app, app.As(User).DeleteAsync("/api/account", seen))).Is(
            HttpStatusCode.NoContent
        );
        (await app.As(User).DeleteAsync("/api/account", seen)).IsProblem(412, "precondition_failed");
        (await AccountStory.AfterQuietAsync(app, app.As(User).DeleteAsync("/api/account", "*"))).Is(
            HttpStatusCode.NoContent
        );
    }

    [Fact]
    public async Task Two_erasures_at_once_both_end()
    {
        await using var app = await StartAsync();
        await using var other = await TestApp.StartAsync(parts, [AccountStory.NoTimer], beside: app);
        await AccountStory.LiveAsync(app, User);

        var answers = await AccountStory.AfterQuietAsync(
            app,
            Task.WhenAll(new[] { app, other, app }.Select(instance => instance.As(User).DeleteAsync("/api/account")))
        );

        Assert.All(answers, answer => answer.Is(HttpStatusCode.NoContent));
        await AccountStory.AssertNothingIsLeftAsync(app, User);
    }

    [Fact]
    public async Task A_returning_user_starts_afresh_at_once()
    {
        await using var app = await StartAsync();
        var user = app.As(User);
        await AccountStory.LiveAsync(app, User);
        (await AccountStory.AfterQuietAsync(app, user.DeleteAsync("/api/account"))).Is(HttpStatusCode.NoContent);
        Assert.False((bool)(await user.GetAsync("/api/account"))["erasing"]);

        (await user.PostAsync("/api/usage", Request.Event("now"))).Is(HttpStatusCode.Created);

        Assert.Equal("none", (string?)(await user.GetAsync("/api/budget"))["status"]);
        Assert.Equal(1, (long)(await user.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
        Assert.Empty((await user.GetAsync("/api/keys"))["keys"].AsArray());
        // Also what this process remembers to have noted for the roll-up went with the erasure.
        (await user.PatchAsync("/api/settings", new { monthlyBudgetCents = 3 })).Is(HttpStatusCode.OK);
        (await user.PostAsync("/api/usage", Request.Event("later"))).Is(HttpStatusCode.Created);
        await app.Service<MonthUpkeep>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal([50], AlertsOf(await user.GetAsync("/api/budget")));
    }

    private const string User = "user-of-one-name";

    private Task<TestApp> StartAsync(params string[] settings) =>
        TestApp.StartAsync(parts, [AccountStory.NoTimer, .. settings]);

    private static async Task AssertFencedAsync(TestApp app)
    {
        var endpoints = AccountStory.EndpointsBehindTheFence(app);
        Assert.True(endpoints.Count >= 20, "There are hardly any endpoints; were they found?");
        foreach (var (method, path) in endpoints)
        {
            var answer = await app.As(User).SendAsync(method, path, method == HttpMethod.Get ? null : "{}");
            Assert.True(answer.Status == HttpStatusCode.Conflict, $"{method} {path}: {answer.Text}");
            answer.IsRefused(path, 409, "account_erasing");
        }
    }

    private static async Task AssertTimerEndsItAsync(TestApp app, TestApp other)
    {
        await AccountStory.ContinueAsync(app);
        Assert.Empty(await app.RowsAsync("Usage"));
        // Rows are gone, but by another process's clock one that was admitted before may still land.
        var began = Assert.Single(await app.RowsAsync("Erasures")).GetDateTimeOffset("BeganAt")!.Value;
        app.Clock.SetUtcNow(began + TimeSpan.FromSeconds(134));
        await AccountStory.ContinueAsync(app);
        Assert.True((bool)(await other.As(User).GetAsync("/api/account"))["erasing"]);
        app.Clock.SetUtcNow(began + TimeSpan.FromSeconds(136));
        await AccountStory.ContinueAsync(app);
        Assert.False((bool)(await other.As(User).GetAsync("/api/account"))["erasing"]);
        await AccountStory.AssertNothingIsLeftAsync(app, User);

        (await app.As(User).GetAsync("/api/settings")).Is(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromSeconds(5));
        (await other.As(User).GetAsync("/api/settings")).Is(HttpStatusCode.OK);

        app.Clock.Advance(TimeSpan.FromHours(23));
        await AccountStory.ContinueAsync(app);
        Assert.Single(await app.RowsAsync("Erasures"));
        app.Clock.Advance(TimeSpan.FromHours(2));
        await AccountStory.ContinueAsync(other);
        Assert.Empty(await app.RowsAsync("Erasures"));
    }

    private static IEnumerable<int> AlertsOf(Answer budget) =>
        budget["alerts"].AsArray().Select(alert => (int)alert!["thresholdPercent"]!);
}
