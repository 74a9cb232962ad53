using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Accounts;

/// <summary>Calls of the user that are under way on another instance while the account is erased.</summary>
public sealed partial class AccountErasureTests
{
    private static readonly Dictionary<string, (HttpMethod Method, string Path, object Body)> Changes = new()
    {
        ["an event"] = (HttpMethod.Post, "/api/usage", AccountStory.Event("held", TestApp.Noon)),
        ["settings"] = (HttpMethod.Patch, "/api/settings", new { monthlyBudgetCents = 5 }),
        ["an agent"] = (HttpMethod.Put, "/api/agents/held", new { name = "Held" }),
    };

    public static TheoryData<string> ChangeNames => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(ChangeNames))]
    public async Task A_change_delayed_at_any_storage_call_leaves_no_row(string name)
    {
        await using var app = await StartAsync();
        await using var counting = await HeldCall.StartAsync(
            parts,
            app,
            Changes[name],
            "user-who-counts",
            call: int.MaxValue
        );
        Assert.InRange((int)(await counting.Answer).Status, 200, 201);
        Assert.InRange(counting.Calls, 4, 20);
        var held = new List<HeldCall>();
        for (var call = 1; call <= counting.Calls; call++)
        {
            held.Add(await HeldCall.StartAsync(parts, app, Changes[name], $"user-held-at-{call:D2}", call));
        }

        // All at once, because each erasure waits for the same clock.
        var erasing = Task.WhenAll(held.Select(call => app.As(call.User).DeleteAsync("/api/account")));
        await BegunAsync(app, held.Count);
        // A write that is on its way already must be let go while an erasure still waits for such: it cannot be called
        // back.
        await AccountStory.PassAsync(app, TimeSpan.FromSeconds(8));
        held.Where(call => call.IsWrite).ToList().ForEach(call => call.Release());
        await Task.WhenAll(held.Where(call => call.IsWrite).Select(call => call.Answer));
        foreach (var (call, answer) in held.Zip(await app.WhileTimePassesAsync(erasing)))
        {
            await (
                answer.Status == HttpStatusCode.Accepted ? AccountStory.EraseAsync(app, call.User) : Task.CompletedTask
            );
        }
        held.ForEach(call => call.Release());
        var answers = await Task.WhenAll(held.Select(call => call.Answer));

        foreach (
            var (call, answer) in held.Zip(answers)
                .Where(pair => (int)pair.Second.Status >= 300 || pair.First.WroteAfterRelease)
        )
        {
            answer.IsProblem(409, "account_erasing");
            Assert.False(call.WroteAfterRelease, $"{call.User}: a write was sent after the erasure was over.");
        }
        Assert.Contains(answers, answer => answer.Code == "account_erasing");
        await AccountStory.AssertNothingIsLeftAsync(app, held.Select(call => call.User));
        foreach (var call in held)
        {
            await call.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_slow_key_check_stores_nothing_after_the_erasure()
    {
        await using var app = await StartAsync();
        await using var other = await TestApp.StartAsync(parts, [AccountStory.NoTimer], beside: app);
        app.Emulator.Knobs.Delay = TimeSpan.FromSeconds(4);
        var putting = other.As(User).PutAsync("/api/keys/anthropic", new { apiKey = AccountStory.AnthropicKey });
        await app.Emulator.CalledAsync();

        await AccountStory.EraseAsync(app, User);

        (await putting).IsProblem(409, "account_erasing");
        await AccountStory.AssertNothingIsLeftAsync(app, User);
    }

    private static Task BegunAsync(TestApp app, int erasures) =>
        Eventually.HoldsAsync(async () =>
            (await app.TablesAsync()).Contains("Erasures") && (await app.RowsAsync("Erasures")).Count >= erasures
        );

    /// <summary>A call on a separate instance, one of whose storage calls is delayed.</summary>
    private sealed class HeldCall : IAsyncDisposable
    {
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly StorageProxy proxy;
        private readonly TestApp app;
        private int calls;

        private HeldCall(StorageProxy proxy, TestApp app, string user) =>
            (this.proxy, this.app, User) = (proxy, app, user);

        public string User { get; }
        public Task<Answer> Answer { get; private set; } = null!;
        public bool IsWrite { get; private set; }
        public bool WroteAfterRelease { get; private set; }
        public int Calls => calls;

        public static async Task<HeldCall> StartAsync(
            LocalParts parts,
            TestApp beside,
            (HttpMethod Method, string Path, object Body) change,
            string user,
            int call
        )
        {
            var proxy = await StorageProxy.StartAsync(parts.Port);
            var app = await TestApp.StartAsync(parts, [AccountStory.NoTimer, TestApp.Behind(proxy)], beside: beside);
            var held = new HeldCall(proxy, app, user);
            // Past the fence; a call before it meets the fence after the erasure, like any other.
            (await app.As(user).GetAsync("/api/settings")).Is(HttpStatusCode.OK);
            proxy.Hold = storageCall => held.PassAsync(storageCall, call);
            held.Answer = app.As(user).SendAsync(change.Method, change.Path, change.Body);
            await Task.WhenAny(held.reached.Task, held.Answer);
            return held;
        }

        public void Release() => released.TrySetResult();

        public async ValueTask DisposeAsync()
        {
            await app.DisposeAsync();
            await proxy.DisposeAsync();
        }

        private async Task PassAsync(StorageCall storageCall, int call)
        {
            // Making tables and reading the fence again are no calls of the change itself.
            if (
                storageCall.Path.EndsWith("/Tables", StringComparison.Ordinal)
                || storageCall.Path.Contains("Erasures", StringComparison.Ordinal)
            )
            {
                return;
            }
            var isRead = storageCall.Method == "GET";
            WroteAfterRelease |= released.Task.IsCompleted && !isRead;
            if (Interlocked.Increment(ref calls) == call)
            {
                IsWrite = !isRead;
                reached.TrySetResult();
                await released.Task;
            }
        }
    }
}
