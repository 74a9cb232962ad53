using System.Net;
using MyCoach.Dev;
using MyCoach.Dev.Emulator;

namespace MyCoach.Tests.Support;

/// <summary>
/// One user's life with MyCoach, and each shape that an error can have, over HTTP against a running program: the same
/// for the packaged worker under the Functions host, for the web server that runs by itself, and for the native
/// program.
/// </summary>
public sealed partial class UserStory(
    ApiClient ann,
    ApiClient anonymous,
    ProviderEmulator emulator,
    StorageProxy storage
)
{
    public const string Key = "sk-ant-api03-a-key-that-no-one-may-see-x7Qa";

    private const string Messages = "/api/gateway/anthropic/v1/messages";

    public async Task RunAsync()
    {
        await OpenPageAsync();
        await KeepKeysAsync();
        await RecordUsageAsync();
        await KeepToABudgetAsync();
        await UseTheGatewayAsync();
        await LeaveAStreamAsync();
        await SendLargeBodiesAsync();
        await MakeMistakesAsync();
        await MakeMistakesAtTheGatewayAsync();
        await LoseTheStorageAsync();
        await AskTooOftenAsync();
        await LeaveAsync();
    }

    private async Task OpenPageAsync()
    {
        Assert.Contains(
            "<div id=\"root\">",
            (await anonymous.GetAsync("/usage/202611-a.b")).Is(HttpStatusCode.OK).Text,
            StringComparison.Ordinal
        );
        Assert.Equal("token", (string?)(await anonymous.GetAsync("/config.json")).Is(HttpStatusCode.OK)["signIn"]);
        (await anonymous.GetAsync("/assets/index-00000000.js")).IsProblem(404, "not_found");
    }

    private async Task KeepKeysAsync()
    {
        (await anonymous.GetAsync("/api/keys")).IsProblem(401, "unauthenticated");
        var health = (await anonymous.GetAsync("/api/health")).Is(HttpStatusCode.OK);
        Assert.Equal(
            ("ok", "ok", "ok"),
            ((string?)health["status"], (string?)health["storage"], (string?)health["encryption"])
        );
        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = "sk-ant-api03-a-wrong-key-0001" })).IsProblem(
            422,
            "key_rejected"
        );
        Assert.Equal(
            "...x7Qa",
            (string?)
                (await ann.PutAsync("/api/keys/anthropic", new { apiKey = Key })).Is(HttpStatusCode.Created)[
                    "maskedKey"
                ]
        );
        (await ann.PutAsync("/api/keys/anthropic", new { apiKey = Key })).Is(HttpStatusCode.OK);
        Assert.Equal(
            "valid",
            (string?)(await ann.PostAsync("/api/keys/anthropic/validate")).Is(HttpStatusCode.OK)["status"]
        );
        Assert.Single((await ann.GetAsync("/api/keys")).Is(HttpStatusCode.OK)["keys"].AsArray());
        (await ann.PatchAsync("/api/settings", new { defaultModel = "claude-haiku-4-5" })).Is(HttpStatusCode.OK);
        (await ann.PutAsync("/api/agents/coach", new { name = "Coach" })).Is(HttpStatusCode.Created);
        Assert.Equal(
            "claude-haiku-4-5",
            (string?)(await ann.GetAsync("/api/agents/coach")).Is(HttpStatusCode.OK)["effectiveModel"]
        );
        Assert.NotEmpty((await ann.GetAsync("/api/models")).Is(HttpStatusCode.OK)["models"].AsArray());
    }

    private async Task RecordUsageAsync()
    {
        var recorded = (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.Created);
        Assert.Equal((105, 0.0105m), ((long)recorded["estimatedCostCents"], (decimal)recorded["costUsd"]));
        (await ann.PostAsync("/api/usage", Request.Event("call-1"))).Is(HttpStatusCode.OK);
        var batch = await ann.PostAsync(
            "/api/usage",
            """{"events":[{"id":"call-2","provider":"openai","model":"gpt-4o","inputTokens":1,"outputTokens":1,"conversationId":"talk","agentId":"coach"}]}"""
        );
        Assert.Equal("created", (string?)Assert.Single(batch.Is(HttpStatusCode.OK)["events"].AsArray())!["outcome"]);
        Assert.Equal(2, (await ann.GetAsync("/api/usage")).Is(HttpStatusCode.OK)["events"].AsArray().Count);
        Assert.Equal(
            0.0105m,
            (decimal)(await ann.GetAsync($"/api/usage/{recorded["id"]}")).Is(HttpStatusCode.OK)["receipt"]["totalUsd"]!
        );
        foreach (var grouping in (string[])["model", "provider", "day", "conversation", "agent"])
        {
            var month = grouping is "conversation" or "agent"
                ? $"month={(string)recorded["createdAt"]!}"[..13] + "&"
                : "";
            Assert.Equal(
                2,
                (long)
                    (await ann.GetAsync($"/api/usage/summary?{month}groupBy={grouping}")).Is(HttpStatusCode.OK)[
                        "totals"
                    ]["requests"]!
            );
        }
        Assert.Equal(
            3,
            (await ann.GetAsync("/api/usage/export")).Is(HttpStatusCode.OK).Text.TrimEnd().Split("\r\n").Length
        );
        (await ann.DeleteAsync("/api/conversations/talk")).Is(HttpStatusCode.NoContent);
        Assert.StartsWith(
            "3.1",
            (string?)(await anonymous.GetAsync("/api/openapi.json")).Is(HttpStatusCode.OK)["openapi"]
        );
    }

    private async Task KeepToABudgetAsync()
    {
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 2 })).Is(HttpStatusCode.OK);
        Assert.Equal(0.0094875m, (decimal)(await ann.GetAsync("/api/budget")).Is(HttpStatusCode.OK)["remainingUsd"]);
        (await ann.PostAsync(Messages, Message(maxTokens: 50_000))).IsRefusal(402, "budget_exceeded");
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 100_000 })).Is(HttpStatusCode.OK);
    }

    private async Task UseTheGatewayAsync()
    {
        foreach (var streams in (bool[])[false, true])
        {
            var answer = (await ann.PostAsync(Messages, Message(streams))).Is(HttpStatusCode.OK);
            var usage = await EventOfAsync(answer.Headers.GetValues("X-MyCoach-Usage-Id").Single());
            Assert.Equal(
                (3, 9, false),
                ((long)usage["inputTokens"], (long)usage["outputTokens"], (bool)usage["estimated"])
            );
        }
    }

    private async Task LeaveAStreamAsync()
    {
        var feed = new Feed();
        feed.Send(CappedCall.StreamStart(50));
        emulator.Knobs.AnswerNext(feed.Answer());
        using var request = new HttpRequestMessage(HttpMethod.Post, Messages)
        {
            Content = new StringContent(CappedCall.Body(streams: true)),
        };
        request.Content.Headers.ContentType = new("application/json");
        request.Options.Set(Transcript.ReadByTest, true);
        string id;
        using (
            var answer = await ann.Http.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                TestContext.Current.CancellationToken
            )
        )
        {
            id = answer.Headers.GetValues("X-MyCoach-Usage-Id").Single();
            using var reader = await EventReader.OfAsync(answer);
            Assert.Contains("message_start", await reader.ReadAsync(), StringComparison.Ordinal);
        }
        Assert.True((bool)(await EventOfAsync(id))["estimated"]);
        Assert.Equal(0, (decimal)(await ann.GetAsync("/api/budget")).Is(HttpStatusCode.OK)["reservedUsd"]);
        feed.End();
    }

    private async Task LeaveAsync()
    {
        Assert.NotEmpty((await ann.GetAsync("/api/account/activity")).Is(HttpStatusCode.OK)["activity"].AsArray());
        var everything = (await ann.GetAsync("/api/account/export")).Is(HttpStatusCode.OK);
        Assert.Equal("...x7Qa", (string?)Assert.Single(everything["keys"].AsArray())!["maskedKey"]);
        (await ann.DeleteAsync("/api/keys/anthropic")).Is(HttpStatusCode.NoContent);
        Assert.False((bool)(await ann.GetAsync("/api/account")).Is(HttpStatusCode.OK)["erasing"]);
        (await ann.DeleteAsync("/api/account")).Is(HttpStatusCode.NoContent);
        Assert.Empty((await ann.GetAsync("/api/usage")).Is(HttpStatusCode.OK)["events"].AsArray());
    }

    private async Task<Answer> EventOfAsync(string id)
    {
        Answer? found = null;
        await Eventually.HoldsAsync(async () =>
            (found = await ann.GetAsync($"/api/usage/{id}")).Status == HttpStatusCode.OK
        );
        return found!;
    }

    private static string Message(bool streams = false, int maxTokens = 50) =>
        $$$"""{"model":"default","max_tokens":{{{maxTokens}}},"stream":{{{(streams ? "true" : "false")}}},"messages":[{"role":"user","content":"Hello there"}]}""";
}
