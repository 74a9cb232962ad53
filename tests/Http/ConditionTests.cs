using System.Net;
using MyCoach.Tests.Support;
using MyCoach.Tests.Tokens;

namespace MyCoach.Tests.Http;

/// <summary><c>If-None-Match</c>: reading what has not changed, and creating what does not exist.</summary>
public sealed class ConditionTests(LocalParts parts)
{
    [Fact]
    public async Task A_read_with_the_current_ETag_is_not_modified()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann", "MyCoach.Admin");
        await ann.PutAsync("/api/keys/openai", new { apiKey = "sk-proj-good-key-0001" });
        await ann.PutAsync("/api/agents/coach", new { name = "Coach" });
        var (token, _) = await ann.CreateAsync();
        await ann.PostAsync("/api/usage", Request.Event("call"));
        await ann.PutAsync("/api/billing/openai", new { adminKey = "sk-admin-a-good-admin-key-9dK2" });
        string[] paths =
        [
            "/api/keys/openai",
            "/api/billing/openai",
            "/api/agents/coach",
            $"{TokenSteps.Path}/{token}",
            "/api/usage/202611-call",
            "/api/settings",
            "/api/budget",
            "/api/account",
            "/api/admin/prices",
        ];
        foreach (var path in paths)
        {
            var etag = (await ann.GetAsync(path)).Is(HttpStatusCode.OK).ETag!;
            foreach (var known in new[] { etag, $"W/{etag}", $"\"other\", {etag}", "*" })
            {
                var answer = (await GetAsync(ann, path, known)).Is(HttpStatusCode.NotModified);
                Assert.Equal((etag, ""), (answer.ETag, answer.Text));
            }
            foreach (var other in new[] { "\"other\"", "nonsense", "" })
            {
                (await GetAsync(ann, path, other)).Is(HttpStatusCode.OK);
            }
        }
        var described = (await DescribedOperation.AllAsync(app))
            .Where(operation => operation.Method == "GET" && operation.Responses.ContainsKey("304"))
            .Select(operation => operation.Path.Replace("{provider}", "openai", StringComparison.Ordinal))
            .Select(path => path.Replace("{agentId}", "coach", StringComparison.Ordinal))
            .Select(path => path.Replace("{tokenId}", token, StringComparison.Ordinal))
            .Select(path => path.Replace("{id}", "202611-call", StringComparison.Ordinal));
        Assert.Equal(paths.Order(), described.Order());
    }

    [Fact]
    public async Task A_changed_resource_is_read_again()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var before = (await ann.GetAsync("/api/settings")).ETag!;
        (await GetAsync(ann, "/api/settings", before)).Is(HttpStatusCode.NotModified);

        await ann.PatchAsync("/api/settings", new { monthlyBudgetCents = 1 });

        (await GetAsync(ann, "/api/settings", before)).Is(HttpStatusCode.OK);
        (await GetAsync(ann, "/api/agents/none", "*")).IsProblem(404, "not_found");
        (await ann.SendAsync(HttpMethod.Get, "/api/agents", headers: [("If-None-Match", "*")])).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/api/keys/openai", """{"apiKey":"sk-proj-good-key-0001"}""")]
    [InlineData("/api/billing/openai", """{"adminKey":"sk-admin-a-good-admin-key-9dK2"}""")]
    [InlineData("/api/agents/coach", """{"name":"Coach"}""")]
    public async Task A_put_can_be_limited_to_creating(string path, string body)
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.As("ann");
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => PutAsync("*")));

        var created = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Created);
        Assert.All(answers.Where(answer => answer != created), answer => answer.IsProblem(412, "precondition_failed"));
        (await PutAsync(created.ETag!)).IsProblem(412, "precondition_failed");
        (await PutAsync("nonsense")).IsProblem(412, "precondition_failed");
        (await PutAsync("\"other\"")).Is(HttpStatusCode.OK);

        Task<Answer> PutAsync(string ifNoneMatch) =>
            ann.SendAsync(HttpMethod.Put, path, body, headers: [("If-None-Match", ifNoneMatch)]);
    }

    [Fact]
    public async Task What_always_exists_cannot_be_created()
    {
        await using var app = await TestApp.StartAsync(parts);
        var answer = await app.As("ann")
            .SendAsync(
                HttpMethod.Patch,
                "/api/settings",
                """{"monthlyBudgetCents":1}""",
                headers: [("If-None-Match", "*")]
            );
        answer.IsProblem(412, "precondition_failed");
    }

    private static Task<Answer> GetAsync(ApiClient user, string path, string ifNoneMatch) =>
        user.SendAsync(HttpMethod.Get, path, headers: [("If-None-Match", ifNoneMatch)]);
}
