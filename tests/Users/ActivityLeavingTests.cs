using System.Net;
using MyCoach.Dev;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Users;

/// <summary>A caller who disconnects in the middle of a change still leaves a trace of it.</summary>
public sealed class ActivityLeavingTests(LocalParts parts)
{
    [Theory]
    [InlineData("PUT", "/api/keys/openai", "ApiKeys", "key_created")]
    [InlineData("DELETE", "/api/keys/anthropic", "ApiKeys", "key_deleted")]
    [InlineData("DELETE", "/api/agents/coach", "$batch", "agent_deleted")]
    [InlineData("DELETE", "/api/conversations/talk", "$batch", "conversation_deleted")]
    public async Task A_change_is_in_the_activity_despite_a_disconnect(
        string method,
        string path,
        string table,
        string action
    )
    {
        await using var proxy = await StorageProxy.StartAsync(parts.Port);
        await using var app = await TestApp.StartAsync(parts, [TestApp.NoRollUp, TestApp.Behind(proxy)]);
        using var ann = app.As("ann");
        await VaultUser.StoreAsync(ann);
        (await ann.PutAsync("/api/agents/coach", new { name = "Coach" })).Is(HttpStatusCode.Created);
        (await ann.PostAsync("/api/usage", Request.Event("call-1", conversationId: "talk"))).Is(HttpStatusCode.Created);
        var (done, left) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.HoldAnswer = async call =>
        {
            if (call.Method != "GET" && !call.CreatesTable && call.Path.Contains(table, StringComparison.Ordinal))
            {
                done.TrySetResult();
                await left.Task;
            }
        };

        using var leaving = new CancellationTokenSource();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content =
            method == "PUT"
                ? new StringContent($$"""{"apiKey":"{{GatewayUser.OpenAiKey}}"}""", null, "application/json")
                : null;
        var calling = ann.Http.SendAsync(request, leaving.Token);
        await done.Task.WaitAsync(Eventually.HangLimit, TestContext.Current.CancellationToken);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calling);
        // Until the program has heard of it, too.
        await Task.Delay(200, TestContext.Current.CancellationToken);
        left.SetResult();
        proxy.HoldAnswer = _ => Task.CompletedTask;

        await Eventually.HoldsAsync(async () =>
            (await ann.GetAsync("/api/account/activity"))["activity"]
                .AsArray()
                .Any(activity => (string?)activity!["action"] == action)
        );
    }
}
