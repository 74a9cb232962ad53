using System.Net;
using System.Text;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;
using MyCoach.Ledger;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>
/// A call's usage is recorded just after its answer, which waits only if the storage is slow. A caller who has the
/// answer can always read its usage.
/// </summary>
public sealed partial class SettlementTests(LocalParts parts)
{
    private const string Chat = "openai/v1/chat/completions";
    private const string Whole = """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"Hello there"}]}""";
    private const string Stream =
        """{"model":"gpt-4o-mini","stream":true,"messages":[{"role":"user","content":"Hello there"}]}""";

    private const string Delta =
        "data: {\"model\":\"gpt-4o-mini\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n";

    [Theory]
    [InlineData(Whole, "/api/usage/{0}", "costUsd")]
    [InlineData(Stream, "/api/budget", "spentUsd")]
    public async Task An_answer_does_not_wait_for_storage_but_usage_reads_do(
        string body,
        string question,
        string member
    )
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy);
        using var ann = await GatewayUser.WithKeysAsync(app);
        var released = new TaskCompletionSource();
        proxy.Hold = call => call.IsTransaction ? released.Task : Task.CompletedTask;

        using var answer = await ann.SendAsync(Chat, body);
        Assert.NotEmpty(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var asking = ann.Api.GetAsync(
            string.Format(null, question, answer.Headers.GetValues("X-MyCoach-Usage-Id").Single())
        );
        await Eventually.StaysAsync(() => !asking.IsCompleted);
        released.SetResult();

        Assert.True((decimal)(await asking).Is(HttpStatusCode.OK)[member] > 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_answer_that_states_its_length_comes_whole_and_is_metered(bool isPacked)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        const string Text =
            """{"model":"gpt-4o-mini","choices":[],"usage":{"prompt_tokens":8,"completion_tokens":2}}""";
        var bytes = isPacked ? AnswerSample.Pack(Encoding.UTF8.GetBytes(Text)) : Encoding.UTF8.GetBytes(Text);
        foreach (var size in new[] { 7, bytes.Length })
        {
            ann.Emulator.Knobs.AnswerNext(
                new PlannedAnswer
                {
                    Body = bytes.Chunk(size).Select(piece => new ReadOnlyMemory<byte>(piece)).ToAsyncEnumerable(),
                    StatesLength = true,
                    Headers = isPacked ? new Dictionary<string, string> { ["content-encoding"] = "gzip" } : [],
                }
            );
            using var answer = await ann.SendAsync(Chat, Whole, [("Accept-Encoding", "gzip")]);
            Assert.Equal(bytes.Length, answer.Content.Headers.ContentLength);
            Assert.Equal(bytes, await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }
        Assert.Equal(
            [(8, 2), (8, 2)],
            (await ann.EventsAsync()).Select(usage => ((int)usage["inputTokens"]!, (int)usage["outputTokens"]!))
        );
    }

    [Fact]
    public async Task Usage_reads_wait_for_settlement_a_second_at_most()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy);
        using var ann = await GatewayUser.WithKeysAsync(app);
        var released = new TaskCompletionSource();
        proxy.Hold = call => call.IsTransaction ? released.Task : Task.CompletedTask;
        (await ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole)).Is(HttpStatusCode.OK);

        var asking = ann.Api.GetAsync("/api/usage");
        await Eventually.StaysAsync(() => !asking.IsCompleted);

        Assert.Empty((await app.WhileTimePassesAsync(asking))["events"].AsArray());
        released.SetResult();
        await ann.EventAsync();
    }

    [Fact]
    public async Task Calls_that_end_together_share_a_transaction()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy);
        using var ann = await GatewayUser.WithKeysAsync(app);
        var released = new TaskCompletionSource();
        proxy.Hold = call => call.IsTransaction ? released.Task : Task.CompletedTask;

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole))
        );
        Assert.All(answers, answer => answer.Is(HttpStatusCode.OK));
        // What waits for the next transaction cannot be seen from outside.
        await Task.Delay(200, TestContext.Current.CancellationToken);
        released.SetResult();

        Assert.Equal(40, (await ann.EventsAsync()).DistinctBy(usage => (string?)usage["id"]).Count());
        // The first took what there was when it began, the next all the rest; on a slow machine a straggler may come.
        Assert.InRange(proxy.Calls.Count(call => call.IsTransaction), 1, 4);
    }

    [Fact]
    public async Task Answers_run_only_so_many_calls_ahead_of_their_recording()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy);
        using var ann = await GatewayUser.WithKeysAsync(app);
        var released = new TaskCompletionSource();
        proxy.Hold = call => call.IsTransaction ? released.Task : Task.CompletedTask;
        foreach (var some in Enumerable.Range(0, SettlementBacklog.MaxCalls).Chunk(25))
        {
            var answers = await Task.WhenAll(some.Select(_ => CallAsync()));
            Assert.All(answers, answer => answer.Is(HttpStatusCode.OK));
        }

        var next = new[] { CallAsync(), CallAsync() };
        await Eventually.StaysAsync(() => next.All(call => !call.IsCompleted));
        released.SetResult();

        Assert.All(await Task.WhenAll(next), answer => answer.Is(HttpStatusCode.OK));
        await Eventually.HoldsAsync(async () => (await ann.EventsAsync()).Count == SettlementBacklog.MaxCalls + 2);

        Task<Answer> CallAsync() => ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_storage_delays_the_last_byte_by_five_seconds(bool streams)
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy);
        using var ann = await GatewayUser.WithKeysAsync(app);
        proxy.Fault = call => call.IsTransaction ? StorageFault.Busy : StorageFault.None;
        (await ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole)).Is(HttpStatusCode.OK);
        app.Clock.Advance(PendingSettlements.MaxLag);

        using var answer = await ann.SendAsync(Chat, streams ? Stream : Whole);
        var text = answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        await Eventually.StaysAsync(() => !text.IsCompleted);
        Assert.EndsWith(streams ? "data: [DONE]\n\n" : "}", await app.WhileTimePassesAsync(text));

        // What the storage refused is tried again, and no reader waits for that.
        Assert.Empty(await ann.EventsAsync());
        proxy.Fault = _ => StorageFault.None;
        await Eventually.HoldsAsync(async () =>
        {
            app.Clock.Advance(TimeSpan.FromSeconds(1));
            return (await ann.EventsAsync()).Count == 2;
        });
    }

    [Fact]
    public async Task A_user_with_slow_storage_delays_no_other_user()
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await StartAsync(proxy);
        using var ann = await GatewayUser.WithKeysAsync(app);
        using var bob = await GatewayUser.WithKeysAsync(app, "bob");
        proxy.Fault = call =>
            call.IsTransaction && call.Body.Contains("ann_", StringComparison.Ordinal)
                ? StorageFault.Busy
                : StorageFault.None;
        (await ann.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole)).Is(HttpStatusCode.OK);
        app.Clock.Advance(PendingSettlements.MaxLag);

        (await bob.Api.SendAsync(HttpMethod.Post, $"/api/gateway/{Chat}", Whole)).Is(HttpStatusCode.OK);
        Assert.Single(await bob.EventsAsync());
        Assert.Empty(await ann.EventsAsync());
    }

    private Task<TestApp> StartAsync(StorageProxy proxy) =>
        TestApp.StartAsync(parts, [TestApp.Behind(proxy), "BudgetRollupSchedule=0 0 0 1 1 *"]);
}
