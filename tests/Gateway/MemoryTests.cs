using System.Net;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Dev;
using MyCoach.Http;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

/// <summary>No user takes the memory that others need.</summary>
public sealed class MemoryTests(LocalParts parts)
{
    private const int MiB = 1024 * 1024;
    private const string Messages = "/api/gateway/anthropic/v1/messages";
    private const string Stream =
        """{"model":"claude-haiku-4-5","max_tokens":10,"stream":true,"messages":[{"role":"user","content":"hi"}]}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Uploads_that_never_end_take_at_most_half_of_the_memory(bool isChunked)
    {
        await using var app = await StartAsync(total: 20 * MiB);
        using var ann = await GatewayUser.WithKeysAsync(app);
        using var bob = await GatewayUser.WithKeysAsync(app, "bob");
        HeldUpload[] held =
        [
            await HeldUpload.StartAsync(app, "ann", Messages, 4 * MiB, isChunked),
            await HeldUpload.StartAsync(app, "ann", Messages, 4 * MiB, isChunked),
        ];
        // The uploads arrive in their own time.
        await Eventually.HoldsAsync(() => !HasMemory(app, 2 * MiB));
        var refused = (await Send(ann, 3)).IsRefusal(429, "too_many_requests");
        Assert.Equal(TimeSpan.FromSeconds(5), refused.Headers.RetryAfter?.Delta);
        Assert.False(refused.Headers.Contains("x-should-retry"));
        using (var third = await HeldUpload.StartAsync(app, "ann", Messages, 4 * MiB, isChunked))
        {
            Assert.StartsWith("HTTP/1.1 429 ", await third.StatusLineAsync(), StringComparison.Ordinal);
        }
        (await Send(bob, 3)).Is(HttpStatusCode.OK);

        foreach (var upload in held)
        {
            upload.Dispose();
        }
        await Eventually.HoldsAsync(async () => (await Send(ann, 6)).Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_stated_length_takes_no_memory_before_the_body_arrives()
    {
        await using var app = await StartAsync(total: 20 * MiB);
        using var ann = await GatewayUser.WithKeysAsync(app);
        using var bob = await GatewayUser.WithKeysAsync(app, "bob");
        var held = new List<HeldUpload>();
        for (var count = 0; count < 10; count++)
        {
            held.Add(await HeldUpload.StartAsync(app, "ann", Messages, 30 * MiB, sent: 100));
        }

        (await Send(ann, 2)).Is(HttpStatusCode.OK);
        (await Send(bob, 2)).Is(HttpStatusCode.OK);
        held.ForEach(upload => upload.Dispose());
    }

    [Fact]
    public async Task Exports_that_are_not_read_take_at_most_half_of_the_memory()
    {
        await using var storage = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(
            parts,
            [TestApp.Behind(storage)],
            configure: builder => builder.Services.AddSingleton(new MemoryBudget(68 * MiB))
        );
        using var ann = app.As("ann");
        using var bob = app.As("bob");
        (await ann.PostAsync("/api/usage", Request.Event())).Is(HttpStatusCode.Created);
        storage.ClearCalls();
        using var goOn = new ManualResetEventSlim();
        storage.Fault = call =>
        {
            var isHeld = call.Method == "GET" && call.Path.Contains("Usage()", StringComparison.Ordinal);
            Assert.True(!isHeld || goOn.Wait(Eventually.HangLimit));
            return StorageFault.None;
        };
        Task<Answer>[] held = [ann.GetAsync("/api/account/export"), ann.GetAsync("/api/usage/export")];
        await Eventually.HoldsAsync(() =>
            storage.Calls.Count(call => call.Path.Contains("Usage()", StringComparison.Ordinal)) >= 2
        );

        (await ann.GetAsync("/api/account/export")).IsProblem(429, "too_many_requests");
        (await ann.GetAsync("/api/usage/export")).IsProblem(429, "too_many_requests");
        (await bob.GetAsync("/api/settings")).Is(HttpStatusCode.OK);
        goOn.Set();
        Assert.All(await Task.WhenAll(held), answer => answer.Is(HttpStatusCode.OK));
    }

    [Fact]
    public async Task A_body_is_let_go_when_the_provider_has_it()
    {
        await using var app = await StartAsync(total: 20 * MiB);
        using var ann = await GatewayUser.WithKeysAsync(app);
        var large = Stream.Replace("hi", new string('x', 6 * MiB), StringComparison.Ordinal);
        var open = new List<(Feed Feed, HttpResponseMessage Answer)>();

        for (var count = 0; count < 4; count++)
        {
            var feed = new Feed();
            app.Emulator.Knobs.AnswerNext(feed.Answer());
            open.Add((feed, await ann.SendAsync("anthropic/v1/messages", large)));
        }

        Assert.All(open, call => Assert.Equal(HttpStatusCode.OK, call.Answer.StatusCode));
        foreach (var (feed, answer) in open)
        {
            feed.End();
            answer.Dispose();
        }
    }

    [Fact]
    public async Task A_user_has_a_limited_number_of_calls_under_way()
    {
        await using var app = await TestApp.StartAsync(parts, ["Gateway:MaxConcurrentCalls=2"]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        using var bob = await GatewayUser.WithKeysAsync(app, "bob");
        Feed[] feeds = [new(), new()];
        var open = new List<HttpResponseMessage>();
        foreach (var feed in feeds)
        {
            app.Emulator.Knobs.AnswerNext(feed.Answer());
            open.Add(await ann.SendAsync("anthropic/v1/messages", Stream));
        }

        var refused = (await Send(ann, 0)).IsRefusal(429, "too_many_requests");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        Assert.Equal("rate_limit_error", (string?)refused["error"]["type"]);
        (await Send(bob, 0)).Is(HttpStatusCode.OK);

        foreach (var feed in feeds)
        {
            feed.End();
        }
        await Eventually.HoldsAsync(async () => (await Send(ann, 0)).Status == HttpStatusCode.OK);
        open.ForEach(answer => answer.Dispose());
    }

    private Task<TestApp> StartAsync(long total) =>
        TestApp.StartAsync(parts, configure: builder => builder.Services.AddSingleton(new MemoryBudget(total)));

    private static bool HasMemory(TestApp app, long bytes)
    {
        using var share = app.Service<MemoryBudget>().ShareOf("ann");
        return share.TryGrow(bytes);
    }

    private static Task<Answer> Send(GatewayUser user, double mebibytes) =>
        user.Api.PostAsync(
            Messages,
            new
            {
                model = "claude-haiku-4-5",
                max_tokens = 10,
                messages = (object[])[new { role = "user", content = $"hi{new string('x', (int)(mebibytes * MiB))}" }],
            }
        );
}
