using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Agents;

public sealed class AgentTests(LocalParts parts)
{
    [Fact]
    public async Task An_agent_uses_its_own_model_or_the_users_default()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var created = (await ann.PutAsync("/api/agents/coach:1", new { name = "Läufer" })).Is(HttpStatusCode.Created);
        Assert.Equal("/api/agents/coach%3A1", created.Headers.Location?.ToString());
        Assert.Null(created.Body!["effectiveModel"]);

        await ann.PatchAsync("/api/settings", """{"defaultModel":"claude-haiku-4.5"}""");
        Assert.Equal("claude-haiku-4-5", (string?)(await ann.GetAsync("/api/agents/coach:1"))["effectiveModel"]);

        (await ann.PutAsync("/api/agents/coach:1", new { name = "Läufer", preferredModel = "gpt-4o-2024-08-06" })).Is(
            HttpStatusCode.OK
        );
        var listed = (await ann.GetAsync("/api/agents"))["agents"].AsArray().Single()!;
        Assert.Equal(
            """{"agentId":"coach:1","name":"L\u00E4ufer","preferredModel":"gpt-4o-2024-08-06","effectiveModel":"gpt-4o","effectiveProvider":"openai","warnings":[{"code":"model_retires","model":"gpt-4o","retiresOn":"2027-01-14","message":"gpt-4o is retired by its provider on 2027-01-14. Choose another model; GET /api/models lists all."}]}""",
            listed.ToJsonString()
        );
    }

    [Fact]
    public async Task A_deleted_agent_is_gone_and_If_Match_protects_it()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var first = (await ann.PutAsync("/api/agents/a", new { name = "one" })).ETag;
        var second = (await ann.PutAsync("/api/agents/a", new { name = "two" }, first)).Is(HttpStatusCode.OK).ETag;
        (await ann.DeleteAsync("/api/agents/a", first)).IsProblem(412, "precondition_failed");
        (await ann.DeleteAsync("/api/agents/a", second)).Is(HttpStatusCode.NoContent);
        (await ann.DeleteAsync("/api/agents/a")).IsProblem(404, "not_found");
        (await ann.GetAsync("/api/agents/a")).IsProblem(404, "not_found");
    }

    [Fact]
    public async Task A_user_can_have_at_most_two_hundred_agents()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        await Task.WhenAll(
            Enumerable
                .Range(0, 199)
                .Select(async i =>
                    (await ann.PutAsync($"/api/agents/a{i}", new { name = "x" })).Is(HttpStatusCode.Created)
                )
        );
        var last = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(i => ann.PutAsync($"/api/agents/b{i}", new { name = "x" }))
        );

        Assert.Single(last, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(
            last.Where(answer => answer.Status != HttpStatusCode.Created),
            answer => answer.IsProblem(409, "conflict")
        );
        Assert.Equal(200, (await ann.GetAsync("/api/agents"))["agents"].AsArray().Count);
        (await ann.PutAsync("/api/agents/a0", new { name = "renamed" })).Is(HttpStatusCode.OK);
    }
}
