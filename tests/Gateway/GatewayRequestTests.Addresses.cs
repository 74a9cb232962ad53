using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

public sealed partial class GatewayRequestTests
{
    [Theory]
    [InlineData("POST", "openai/chat/completions", "POST /api/gateway/openai/v1/chat/completions")]
    [InlineData("POST", "openai/v1/v1/chat/completions", "POST /api/gateway/openai/v1/chat/completions")]
    [InlineData("POST", "openai//v1/chat/completions", "POST /api/gateway/openai/v1/chat/completions")]
    [InlineData("POST", "openai/v1//chat/completions", "POST /api/gateway/openai/v1/chat/completions")]
    [InlineData("POST", "openai/v1/chat/completions/chat/completions", "POST /api/gateway/openai/v1/chat/completions")]
    [InlineData("POST", "openai/v1/openai/v1/responses", "POST /api/gateway/openai/v1/responses")]
    [InlineData("GET", "openai/v1/chat/completions", "POST /api/gateway/openai/v1/chat/completions")]
    [InlineData("GET", "openai/models", "GET /api/gateway/openai/v1/models")]
    [InlineData("GET", "openai/models/gpt-4o", "GET /api/gateway/openai/v1/models/{id}")]
    [InlineData("POST", "anthropic/messages", "POST /api/gateway/anthropic/v1/messages")]
    [InlineData("POST", "anthropic/v1/v1/messages", "POST /api/gateway/anthropic/v1/messages")]
    [InlineData("POST", "anthropic/v1/messages/v1/messages", "POST /api/gateway/anthropic/v1/messages")]
    [InlineData(
        "POST",
        "anthropic/v1/v1/messages/count_tokens",
        "POST /api/gateway/anthropic/v1/messages/count_tokens"
    )]
    [InlineData("POST", "openai/v1/messages", "POST /api/gateway/anthropic/v1/messages")]
    [InlineData("POST", "anthropic/v1/chat/completions", "POST /api/gateway/openai/v1/chat/completions")]
    [InlineData("POST", "v1/messages", "POST /api/gateway/anthropic/v1/messages")]
    [InlineData("POST", "chat/completions", "POST /api/gateway/openai/v1/chat/completions")]
    [InlineData("POST", "azure/v1/chat/completions", "/api/gateway/openai/v1 and")]
    [InlineData("GET", "openai", "/api/gateway/openai/v1 and")]
    [InlineData("POST", "openai/v1/files", "/api/gateway/openai/v1 and")]
    public async Task A_wrong_base_URL_gets_the_right_address(string method, string path, string said)
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        var answer = (await ann.Api.SendAsync(new HttpMethod(method), $"/api/gateway/{path}")).IsRefusal(
            404,
            "endpoint_not_supported"
        );

        Assert.Contains(said, (string?)answer["error"]["message"], StringComparison.Ordinal);
        Assert.Equal("false", Assert.Single(answer.Headers.GetValues("x-should-retry")));
        var isAnthropic = path.StartsWith("anthropic", StringComparison.Ordinal) || path == "v1/messages";
        Assert.Equal(isAnthropic ? "error" : null, (string?)answer.Body!["type"]);
        Assert.Empty(ann.Emulator.Calls);
    }

    [Fact]
    public async Task An_unknown_agent_is_refused_until_it_exists()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        await using var beside = await TestApp.StartAsync(parts, beside: ann.App);
        (string, string)[] agent = [("X-MyCoach-Agent", "coach")];

        var answer = (await AskAsync(ann.Api)).IsRefusal(400, "invalid_request");
        Assert.Contains("PUT /api/agents/coach", (string?)answer["error"]["message"], StringComparison.Ordinal);
        Assert.Empty(ann.Emulator.Calls);
        (await ann.Api.PutAsync("/api/agents/coach", new { name = "Coach" })).Is(HttpStatusCode.Created);
        (await AskAsync(ann.Api)).Is(HttpStatusCode.OK);
        (await AskAsync(beside.As("ann"))).Is(HttpStatusCode.OK);

        (await ann.Api.DeleteAsync("/api/agents/coach")).Is(HttpStatusCode.NoContent);
        (await AskAsync(ann.Api)).IsRefusal(400, "invalid_request");
        ann.App.Clock.Advance(TimeSpan.FromSeconds(10));
        (await AskAsync(beside.As("ann"))).IsRefusal(400, "invalid_request");

        Task<Answer> AskAsync(ApiClient client) => client.SendAsync(HttpMethod.Post, Chat, Body, headers: agent);
    }

    [Fact]
    public async Task Every_other_address_is_refused_and_reaches_no_provider()
    {
        await using var ann = await GatewayUser.StartAsync(parts);
        (string Method, string Path)[] others =
        [
            ("POST", "openai/v1/images/generations"),
            ("GET", "openai/v1/chat/completions"),
            ("POST", "openai/v1/responses/resp_1/cancel"),
            ("GET", "openai/v1/responses"),
            ("DELETE", "openai/v1/models/ft"),
            ("GET", "openai/v1/organization/costs"),
            ("GET", "openai/v1/models/..%2f..%2forganization"),
            ("GET", "openai/v1/models/%252e%252e"),
            ("POST", "anthropic/v1/messages/batches"),
            ("POST", "anthropic/v1/complete"),
            ("PATCH", "anthropic/v1/messages"),
            ("GET", "anthropic"),
            ("GET", "openai/v2/models"),
        ];
        foreach (var (method, path) in others)
        {
            var answer = await ann.Api.SendAsync(
                new HttpMethod(method),
                $"/api/gateway/{path}",
                method == "GET" ? null : "{}"
            );
            Assert.True(
                answer.Status == HttpStatusCode.NotFound,
                $"{method} {path}: {(int)answer.Status} {answer.Text}"
            );
        }
        Assert.DoesNotContain(
            ann.Emulator.Calls,
            call => !call.PathAndQuery.Contains("/v1/models/", StringComparison.Ordinal)
        );
    }
}
