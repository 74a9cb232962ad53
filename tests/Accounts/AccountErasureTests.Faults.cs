using System.Net;
using MyCoach.Accounts;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Accounts;

/// <summary>An erasure whose storage leaves it at one step after the other.</summary>
public sealed partial class AccountErasureTests
{
    [Fact]
    public async Task An_erasure_interrupted_at_any_step_and_continued_leaves_no_row()
    {
        await using var app = await StartAsync();
        var steps = await ListStepsAsync(app);
        Assert.True(steps.Count >= 20, $"An erasure of everything in {steps.Count} steps?");
        var users = steps.Select(step => $"user-cut-off-at-{step:D3}").ToArray();
        await AccountStory.LiveAsync(app, users);

        // All at once, because each waits for the same clock.
        var answers = await AccountStory.AfterQuietAsync(
            app,
            Task.WhenAll(users.Zip(steps, (user, step) => CutOffAsync(app, user, step)))
        );

        Assert.All(answers.SkipLast(1), answer => Assert.NotEqual(HttpStatusCode.NoContent, answer.Status));
        answers[^1].Is(HttpStatusCode.NoContent);
        var begun = new List<string>();
        foreach (var user in users)
        {
            var isErasing = (bool)(await app.As(user).GetAsync("/api/account"))["erasing"];
            begun.AddRange(isErasing ? [user] : []);
        }
        Assert.True(begun.Count >= users.Length - 6, $"Only {begun.Count} of {users.Length} had begun.");
        // The timer continues every other erasure that storage knows of; the rest are requested again.
        var byTimer = begun.Where((_, i) => i % 2 == 0).ToHashSet();
        await app.WhileTimePassesAsync(Task.WhenAll(users.Except(byTimer).Select(user => RepeatAsync(app, user))));
        await AccountStory.AssertNothingIsLeftAsync(app, users.Except(byTimer));
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        await AccountStory.ContinueAsync(app);
        await AccountStory.ContinueAsync(app);
        await AccountStory.AssertNothingIsLeftAsync(app, users);
        Assert.All(await app.RowsAsync("Erasures"), row => Assert.NotNull(row.GetDateTimeOffset("DoneAt")));
    }

    [Fact]
    public async Task Refused_deletes_are_retried_only_after_a_pause()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(TestApp.Behind(proxy));
        await AccountStory.LiveAsync(app, User);
        proxy.Fault = call => call.IsTransaction ? StorageFault.Busy : StorageFault.None;

        var erasing = app.As(User).DeleteAsync("/api/account");
        await BegunAsync(app, 1);
        await AccountStory.PassAsync(app, AccountEraser.Quiet);
        // The clock does not move, so there is time for one look at every table only.
        proxy.ClearCalls();
        for (var i = 0; i < 40 && Deletes() <= 30; i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        Assert.InRange(Deletes(), 0, 30);
        // Accepted it would be only with the keys gone.
        (await app.WhileTimePassesAsync(erasing)).IsProblem(503, "storage_unavailable");
        Assert.True((bool)(await app.As(User).GetAsync("/api/account"))["erasing"]);

        int Deletes() => proxy.Calls.Count(call => call.IsTransaction);
    }

    [Fact]
    public async Task A_late_erasure_deletes_nothing_of_a_returning_user()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync();
        await using var late = await BesideAsync(app, proxy);
        await AccountStory.LiveAsync(app, User);
        await app.WhileTimePassesAsync(CutOffAsync(app, User, step: 4));
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Hold = call =>
            call.Path.EndsWith("ApiKeys()", StringComparison.Ordinal) ? HeldAsync() : Task.CompletedTask;

        var continuing = AccountStory.ContinueAsync(late);
        await reached.ReachedAsync();
        await AccountStory.EraseAsync(app, User);
        (await app.As(User).PostAsync("/api/usage", Request.Event("new"))).Is(HttpStatusCode.Created);
        released.SetResult();
        await continuing;

        (await app.As(User).GetAsync("/api/usage/202611-new")).Is(HttpStatusCode.OK);

        async Task HeldAsync()
        {
            reached.TrySetResult();
            await released.Task;
        }
    }

    // The numbers of an erasure's steps that follow another kind of step than all before, and the one after the last.
    private async Task<IReadOnlyList<int>> ListStepsAsync(TestApp app)
    {
        await AccountStory.LiveAsync(app, "user-who-counts");
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var other = await BesideAsync(app, proxy);
        (await AccountStory.AfterQuietAsync(app, other.As("user-who-counts").DeleteAsync("/api/account"))).Is(
            HttpStatusCode.NoContent
        );
        var kinds = proxy.Calls.Where(IsStep).Select(call => $"{call.Method} {call.Path.Split('(')[0]}").ToArray();
        return
        [
            .. kinds
                .Prepend("")
                .Zip(kinds, (before, kind) => (before, kind))
                .Index()
                .DistinctBy(step => step.Item)
                .Select(step => step.Index + 1),
            kinds.Length + 1,
        ];
    }

    // On a separate instance, whose storage answers no more from that step on.
    private async Task<Answer> CutOffAsync(TestApp app, string user, int step)
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var other = await BesideAsync(app, proxy);
        var steps = 0;
        proxy.Fault = call =>
            IsStep(call) && Interlocked.Increment(ref steps) >= step ? StorageFault.Busy : StorageFault.None;
        return await other.As(user).DeleteAsync("/api/account");
    }

    private static async Task<Answer> RepeatAsync(TestApp app, string user)
    {
        while (true)
        {
            // More at once than this machine may get through within the patience of a caller.
            if (await app.As(user).DeleteAsync("/api/account") is { Status: not HttpStatusCode.Accepted } answer)
            {
                return answer.Is(HttpStatusCode.NoContent);
            }
        }
    }

    private Task<TestApp> BesideAsync(TestApp app, StorageProxy proxy) =>
        TestApp.StartAsync(parts, [AccountStory.NoTimer, TestApp.Behind(proxy)], beside: app);

    // A new process asks for its tables and for the prices first, which are no steps of the work.
    private static bool IsStep(StorageCall call) =>
        !call.Path.EndsWith("/Tables", StringComparison.Ordinal)
        && !call.Path.Contains("Prices(", StringComparison.Ordinal);
}
