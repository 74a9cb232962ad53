using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Gateway;

public sealed partial class GatewayRequestTests
{
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
