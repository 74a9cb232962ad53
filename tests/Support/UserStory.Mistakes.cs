using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MyCoach.Dev;

namespace MyCoach.Tests.Support;

/// <summary>Each shape that an error can have.</summary>
public sealed partial class UserStory
{
    private async Task MakeMistakesAsync()
    {
        (await ann.GetAsync("/api/keys/openai")).IsProblem(404, "not_found");
        (await ann.PutAsync("/api/keys", new { })).IsProblem(405, "method_not_allowed");
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = -1 })).Blames("monthlyBudgetCents");
        (await ann.PatchAsync("/api/settings", """{"unknown":1}""")).Blames("unknown");
        (await ann.PostAsync("/api/usage", "not JSON")).IsProblem(400, "invalid_request");
        (await ann.GetAsync("/api/usage?limit=0")).Blames("limit");
        (await ann.PutAsync("/api/agents/coach", new { name = "Coach" }, "\"stale\"")).IsProblem(
            412,
            "precondition_failed"
        );
        (await ann.SendAsync(HttpMethod.Put, "/api/agents/coach", "{}", contentType: "text/plain")).IsProblem(
            415,
            "unsupported_media_type"
        );
        (await ann.GetAsync("/api/admin/data-keys")).IsProblem(403, "forbidden");
        (await ann.SendAsync(HttpMethod.Get, "/api/keys", headers: [("X-MyCoach-User", "bob")])).IsProblem(
            403,
            "forbidden"
        );
        (await ann.SendAsync(HttpMethod.Options, "/api/keys", headers: [("Origin", "https://app.example")])).IsProblem(
            405,
            "method_not_allowed"
        );
        (await ann.GetAsync("/api/agents/a%2Fb")).Is(HttpStatusCode.BadRequest);
    }

    private async Task MakeMistakesAtTheGatewayAsync()
    {
        (await anonymous.PostAsync(Messages, Message())).IsRefusal(401, "unauthenticated");
        (await ann.PostAsync("/api/gateway/openai/v1/responses", """{"model":"gpt-4o","input":"Hi"}""")).IsRefusal(
            403,
            "no_api_key"
        );
        (await ann.GetAsync("/api/gateway/anthropic/v1/files")).IsRefusal(404, "endpoint_not_supported");
        (await ann.PostAsync(Messages, "not JSON")).IsRefusal(400, "invalid_request");
        (await ann.SendAsync(HttpMethod.Post, Messages, Message(), contentType: "text/plain")).IsRefusal(
            415,
            "unsupported_media_type"
        );
        emulator.Knobs.FailNext(1, 529);
        (await ann.PostAsync(Messages, Message())).Is((HttpStatusCode)529);
        (await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 100_000 })).Is(HttpStatusCode.OK);
        var search =
            """{"model":"claude-haiku-4-5","max_tokens":50,"tools":[{"type":"web_search_20250305","name":"web_search"}],"messages":[{"role":"user","content":"Hi"}]}""";
        (await ann.PostAsync(Messages, search)).IsRefusal(402, "cost_unbounded");
        emulator.Knobs.FailNext(1, 401);
        (await ann.PostAsync(Messages, Message())).IsRefusal(401, "key_rejected");
        // The storage is lost next, which would delay the release.
        await Eventually.HoldsAsync(async () => await ReservedUsdAsync() == 0);
    }

    private async Task<decimal> ReservedUsdAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/budget");
        request.Options.Set(Transcript.Polls, true);
        using var answer = await ann.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var budget = await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken);
        return (decimal)budget!["reservedUsd"]!;
    }

    private async Task LoseTheStorageAsync()
    {
        storage.Fault = _ => StorageFault.Busy;
        (await ann.GetAsync("/api/agents/coach")).IsProblem(503, "storage_unavailable");
        storage.Fault = _ => StorageFault.None;
        (await ann.GetAsync("/api/agents/coach")).Is(HttpStatusCode.OK);
    }

    private async Task AskTooOftenAsync()
    {
        Answer answer;
        for (
            var asked = 0;
            (answer = await ann.PostAsync("/api/keys/anthropic/validate")).Status == HttpStatusCode.OK;
            asked++
        )
        {
            Assert.InRange(asked, 0, 20);
        }
        answer.IsProblem(429, "too_many_requests");
        Assert.NotNull(answer.Headers.RetryAfter);
    }
}
