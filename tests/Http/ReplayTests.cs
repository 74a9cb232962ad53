using System.Net;
using MyCoach.Dev.Emulator;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Http;

/// <summary>
/// The Functions host sends a request without a body again to the process that it starts in place of one that died.
/// Whatever the first had done by then, what is left is what one request leaves.
/// </summary>
public sealed class ReplayTests(LocalParts parts)
{
    private static readonly TimeSpan Patience = Eventually.HangLimit;

    [Theory]
    [InlineData("POST", "/api/keys/anthropic/validate", HttpStatusCode.OK, "ApiKeys(")]
    [InlineData("DELETE", "/api/keys/anthropic", HttpStatusCode.NotFound, "ApiKeys(")]
    [InlineData("DELETE", "/api/agents/coach", HttpStatusCode.NotFound, "$batch")]
    [InlineData("DELETE", "/api/conversations/talk", HttpStatusCode.NoContent, "$batch")]
    [InlineData("GET", "/api/account/export", HttpStatusCode.OK, "Activity")]
    public async Task A_request_without_a_body_whose_process_died_can_come_again(
        string method,
        string path,
        HttpStatusCode again,
        string doomed
    )
    {
        await using var emulator = await ProviderEmulator.StartAsync(
            cancellation: TestContext.Current.CancellationToken
        );
        await using var app = await KillableApp.StartAsync(parts, emulator);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        (await ann.PutAsync("/api/agents/coach", new { name = "Coach" })).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Request.Event("call-1", conversationId: "talk"))).Is(HttpStatusCode.Created);

        // The change is made, and the process dies before it hears of that.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Proxy.HoldAnswer = async call =>
        {
            if ((call.Method != "GET" || method == "GET") && call.Path.Contains(doomed, StringComparison.Ordinal))
            {
                done.TrySetResult();
                await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken);
            }
        };
        var first = ann.SendAsync(new HttpMethod(method), path);
        await done.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        await app.KillAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => first);
        app.Proxy.HoldAnswer = _ => Task.CompletedTask;
        await app.StartAsync();

        using var replayed = app.As("ann");
        (await replayed.SendAsync(new HttpMethod(method), path)).Is(again);
        var keys = (await replayed.GetAsync("/api/keys")).Is(HttpStatusCode.OK)["keys"].AsArray();
        Assert.Equal(path == "/api/keys/anthropic" ? [] : ["valid"], keys.Select(key => (string)key!["status"]!));
        Assert.Equal(
            path == "/api/agents/coach" ? 0 : 1,
            (await replayed.GetAsync("/api/agents"))["agents"].AsArray().Count
        );
        Assert.Equal(1, (long)(await replayed.GetAsync("/api/usage/summary"))["totals"]["requests"]!);
    }
}
