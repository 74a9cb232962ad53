using System.Buffers.Text;
using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Input;

/// <summary>The bounds of paths, queries and methods.</summary>
public sealed partial class BadInputTests
{
    [Theory]
    [InlineData("/api/usage?limit=0", "limit")]
    [InlineData("/api/usage?limit=-1", "limit")]
    [InlineData("/api/usage?limit=501", "limit")]
    [InlineData("/api/usage?limit=abc", "limit")]
    [InlineData("/api/usage?limit=1.5", "limit")]
    [InlineData("/api/usage?limit=99999999999", "limit")]
    [InlineData("/api/usage?limit=1&limit=2", "limit")]
    [InlineData("/api/usage?month=2026-13", "month")]
    [InlineData("/api/usage?month=202611", "month")]
    [InlineData("/api/usage?month=2026-1", "month")]
    [InlineData("/api/usage?month=0000-01", "month")]
    [InlineData("/api/usage?month=9999-12", "month")]
    [InlineData("/api/usage?month=", "month")]
    [InlineData("/api/usage?month=2026-11%0A", "month")]
    [InlineData("/api/usage?month=2026-11&month=2026-10", "month")]
    [InlineData("/api/usage?provider=azure", "provider")]
    [InlineData("/api/usage?provider=OpenAI", "provider")]
    [InlineData("/api/usage?model=a%00b", "model")]
    [InlineData("/api/usage?conversationId=a%20b", "conversationId")]
    [InlineData("/api/usage?conversationId=a'b", "conversationId")]
    [InlineData("/api/usage?cursor=", "cursor")]
    [InlineData("/api/usage?cursor=x", "cursor")]
    [InlineData("/api/usage?cursor=!!!!", "cursor")]
    [InlineData("/api/usage?cursor=AAAAAAAAAAAAAAAAAAAA", "cursor")]
    [InlineData("/api/usage/x", "id")]
    [InlineData("/api/usage/202611", "id")]
    [InlineData("/api/usage/202611-", "id")]
    [InlineData("/api/usage/202611_x", "id")]
    [InlineData("/api/usage/202613-x", "id")]
    [InlineData("/api/usage/000011-x", "id")]
    [InlineData("/api/usage/202611-a%20b", "id")]
    [InlineData("/api/usage/202611-a%2Fb", "id")]
    [InlineData("/api/usage/summary?month=2026-13", "month")]
    [InlineData("/api/usage/summary?month=2026-11-01", "month")]
    [InlineData("/api/usage/summary?groupBy=colour", "groupBy")]
    [InlineData("/api/usage/summary?groupBy=Model", "groupBy")]
    [InlineData("/api/usage/summary?groupBy=", "groupBy")]
    [InlineData("/api/usage/summary?groupBy=day&groupBy=model", "groupBy")]
    [InlineData("/api/usage/summary?from=2026-11-01", "to")]
    [InlineData("/api/usage/summary?to=2026-11-01", "from")]
    [InlineData("/api/usage/summary?from=2026-11-02&to=2026-11-01", "to")]
    [InlineData("/api/usage/summary?from=2025-01-01&to=2026-02-05", "to")]
    [InlineData("/api/usage/summary?from=2026-02-30&to=2026-03-01", "from")]
    [InlineData("/api/usage/summary?from=2026-11-01T00:00:00Z&to=2026-11-02", "from")]
    [InlineData("/api/usage/summary?from=2026-11-01&to=11/02/2026", "to")]
    [InlineData("/api/usage/summary?from=9999-12-30&to=9999-12-31", "from")]
    [InlineData("/api/usage/summary?month=2026-11&from=2026-11-01", "month")]
    [InlineData("/api/usage/summary?month=2026-11&from=2026-11-01&to=2026-11-02", "month")]
    [InlineData("/api/budget?month=2026-13", "month")]
    [InlineData("/api/budget?month=202611", "month")]
    [InlineData("/api/budget?month=", "month")]
    [InlineData("/api/agents/a%20b", "agentId")]
    [InlineData("/api/agents/a%2Fb", "agentId")]
    [InlineData("/api/agents/a%5Cb", "agentId")]
    [InlineData("/api/agents/a%25b", "agentId")]
    [InlineData("/api/agents/a%0A", "agentId")]
    [InlineData("/api/agents/%C3%A4", "agentId")]
    public async Task A_query_or_an_id_out_of_bounds_is_refused_by_its_name(string path, string field) =>
        (await Ann.GetAsync(path)).Blames(field);

    [Fact]
    public async Task An_agents_id_has_the_same_bounds_in_every_call()
    {
        foreach (var id in new[] { "a%20b", "a%0A", new string('a', 129) })
        {
            (await Ann.GetAsync($"/api/agents/{id}")).Blames("agentId");
            (await Ann.PutAsync($"/api/agents/{id}", new { name = "Coach" })).Blames("agentId");
            (await Ann.DeleteAsync($"/api/agents/{id}")).Blames("agentId");
        }
        (await Ann.GetAsync($"/api/agents/{new string('a', 128)}")).IsProblem(404, "not_found");
        (await Ann.GetAsync($"/api/usage/202611-{new string('a', 129)}")).Blames("id");
        await AssertNothingIsWrittenAsync();
    }

    [Theory]
    [InlineData("azure")]
    [InlineData("Anthropic")]
    [InlineData("anthropic%20")]
    [InlineData("anthropic%2F..%2Fopenai")]
    [InlineData("..%2Fagents")]
    public async Task A_provider_that_does_not_exist_is_not_found(string provider)
    {
        var answer = (await Ann.GetAsync($"/api/keys/{provider}")).IsProblem(404, "not_found");
        Assert.Contains("anthropic and openai", (string?)answer["detail"], StringComparison.Ordinal);
        (await Ann.PutAsync($"/api/keys/{provider}", new { apiKey = "sk-ant-api03-good-key-0001" })).IsProblem(
            404,
            "not_found"
        );
        (await Ann.PostAsync($"/api/keys/{provider}/validate")).IsProblem(404, "not_found");
        (await Ann.DeleteAsync($"/api/keys/{provider}")).IsProblem(404, "not_found");
        await AssertNothingIsWrittenAsync();
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/api/nothing")]
    [InlineData("/api/keys/anthropic/validate/x")]
    [InlineData("/api/usage/202611-x/x")]
    [InlineData("/api//settings")]
    [InlineData("/settings.json")]
    [InlineData("/BudgetRollup.js")]
    public async Task An_address_that_does_not_exist_is_not_found(string path) =>
        (await Ann.GetAsync(path)).IsProblem(404, "not_found");

    [Theory]
    [InlineData("TRACE", "/api/settings")]
    [InlineData("PUT", "/api/settings")]
    [InlineData("DELETE", "/api/settings")]
    [InlineData("FROBNICATE", "/api/settings")]
    [InlineData("OPTIONS", "/api/settings")]
    [InlineData("POST", "/api/keys")]
    [InlineData("PATCH", "/api/keys/anthropic")]
    [InlineData("GET", "/api/keys/anthropic/validate")]
    [InlineData("POST", "/api/agents")]
    [InlineData("DELETE", "/api/usage")]
    [InlineData("PUT", "/api/usage/202611-x")]
    [InlineData("POST", "/api/budget")]
    [InlineData("POST", "/api/health")]
    public async Task A_method_that_an_address_does_not_take_is_refused(string method, string path) =>
        (await Ann.SendAsync(new HttpMethod(method), path)).IsProblem(405, "method_not_allowed");

    [Fact]
    public async Task A_cursor_is_good_for_its_user_and_query_only()
    {
        var (cyd, dan) = (Ann, shared.App.As("dan"));
        foreach (var client in new[] { cyd, dan })
        {
            (await client.PostAsync("/api/usage", Request.Event("one"))).Is(HttpStatusCode.Created);
            (await client.PostAsync("/api/usage", Request.Event("two"))).Is(HttpStatusCode.Created);
        }
        var cursor = (string)(await cyd.GetAsync("/api/usage?limit=1")).Is(HttpStatusCode.OK)["nextCursor"]!;

        (await dan.GetAsync($"/api/usage?limit=1&cursor={cursor}")).Blames("cursor");
        foreach (
            var other in new[]
            {
                "month=2026-10",
                "provider=anthropic",
                "model=claude-sonnet-4-20250514",
                "conversationId=c",
            }
        )
        {
            (await cyd.GetAsync($"/api/usage?{other}&limit=1&cursor={cursor}")).Blames("cursor");
        }
        var cut = Base64Url.EncodeToString(Base64Url.DecodeFromChars(cursor).AsSpan()[..^1]);
        (await cyd.GetAsync($"/api/usage?limit=1&cursor={cut}")).Blames("cursor");
        Assert.Single(
            (await cyd.GetAsync($"/api/usage?limit=9&cursor={cursor}")).Is(HttpStatusCode.OK)["events"].AsArray()
        );
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("\"nonsense")]
    [InlineData("\"nonsense\"")]
    [InlineData("W/\"nonsense\"")]
    [InlineData(",")]
    public async Task A_condition_that_cannot_hold_keeps_the_change_from_being_made(string ifMatch)
    {
        (await Ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 }, ifMatch)).IsProblem(
            412,
            "precondition_failed"
        );
        (await Ann.PutAsync("/api/agents/coach", new { name = "Coach" }, ifMatch)).IsProblem(
            412,
            "precondition_failed"
        );
        await AssertNothingIsWrittenAsync();
    }

    [Fact]
    public async Task Four_hundred_days_may_be_asked_for() =>
        (await Ann.GetAsync("/api/usage/summary?from=2025-01-01&to=2026-02-04")).Is(HttpStatusCode.OK);
}
