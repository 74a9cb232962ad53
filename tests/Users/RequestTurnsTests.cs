using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Users;

/// <summary>A burst of one user's API requests delays only that user.</summary>
public sealed class RequestTurnsTests(LocalParts parts) : IDisposable
{
    private const int LargeBytes = 100_000;
    private const int MaxWaiting = 300;

    private readonly ManualResetEventSlim isUnderWay = new();
    private readonly ManualResetEventSlim mayEnd = new();

    // Not JSON, and long enough to wait for its turn.
    private static string Large => new(' ', LargeBytes);

    [Fact]
    public async Task Large_bodies_of_a_user_are_read_one_at_a_time()
    {
        await using var storage = await StartStorageAsync();
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(storage)]);
        using var ann = app.As("ann");
        using var bob = app.As("bob");
        var first = await BeginAsync(ann);

        var second = ann.PostAsync("/api/usage", Large);
        await Eventually.StaysAsync(() => !second.IsCompleted);
        (await bob.PostAsync("/api/usage", Large)).Is(HttpStatusCode.BadRequest);
        (await ann.GetAsync("/api/settings")).Is(HttpStatusCode.OK);

        mayEnd.Set();
        (await first).Is(HttpStatusCode.Created);
        (await second).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task What_is_sent_of_a_waiting_body_fills_no_more_than_64_KiB()
    {
        await using var app = await TestApp.StartAsync(parts);
        var sockets = app.Service<IOptions<SocketTransportOptions>>().Value;
        Assert.Equal(64 * 1024, sockets.MaxReadBufferSize);
    }

    [Fact]
    public async Task A_user_with_too_many_waiting_requests_gets_429_and_others_none()
    {
        await using var storage = await StartStorageAsync();
        await using var app = await TestApp.StartAsync(parts, [TestApp.Behind(storage)]);
        using var ann = app.As("ann");
        using var bob = app.As("bob");
        var first = await BeginAsync(ann);

        var waiting = Enumerable.Range(0, MaxWaiting + 30).Select(_ => ann.PostAsync("/api/usage", Large)).ToArray();
        var refused = await await Task.WhenAny(waiting);
        refused.IsProblem(429, "too_many_requests");
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter?.Delta);
        (await bob.PostAsync("/api/usage", Large)).Is(HttpStatusCode.BadRequest);

        mayEnd.Set();
        (await first).Is(HttpStatusCode.Created);
        Assert.Equal(
            MaxWaiting,
            (await Task.WhenAll(waiting)).Count(answer => answer.Status == HttpStatusCode.BadRequest)
        );
    }

    public void Dispose()
    {
        isUnderWay.Dispose();
        mayEnd.Dispose();
    }

    // Its transactions wait until they may end.
    private async Task<StorageProxy> StartStorageAsync()
    {
        var storage = await StorageProxy.StartAsync(parts.Port);
        storage.Fault = call =>
        {
            if (call.IsTransaction)
            {
                isUnderWay.Set();
                Assert.True(mayEnd.Wait(Eventually.HangLimit));
            }
            return StorageFault.None;
        };
        return storage;
    }

    // A large body that has been read, in a request that has not ended.
    private async Task<Task<Answer>> BeginAsync(ApiClient user)
    {
        const string Event = """{"provider":"anthropic","model":"claude-haiku-4-5","inputTokens":1,"outputTokens":1}""";
        var request = user.PostAsync("/api/usage", Event + Large);
        await Eventually.HoldsAsync(() => isUnderWay.IsSet);
        return request;
    }
}
