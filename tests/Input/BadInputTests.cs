using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Input;

/// <summary>
/// What is malformed is refused with the right problem, by the name of the field, before anything is written.
/// </summary>
public sealed partial class BadInputTests(BadInputTests.SharedApp shared) : IClassFixture<BadInputTests.SharedApp>
{
    private const int MaxBodyBytes = 1024 * 1024;

    /// <summary>
    /// Every call that takes a body, with a body that is good; its first member is the one that is then broken.
    /// </summary>
    private static readonly (string Method, string Path, string Body)[] Writes =
    [
        ("PUT", "/api/keys/anthropic", """{"apiKey":"sk-ant-api03-good-key-0001"}"""),
        ("PUT", "/api/billing/anthropic", """{"adminKey":"sk-ant-admin01-good-key-0001"}"""),
        ("PATCH", "/api/settings", """{"monthlyBudgetCents":100}"""),
        ("PATCH", "/api/settings", """{"defaultModel":"gpt-4o"}"""),
        ("PATCH", "/api/settings", """{"alertThresholds":[50]}"""),
        ("PUT", "/api/agents/coach", """{"name":"Coach"}"""),
        ("POST", "/api/tokens", """{"name":"CI","scopes":["gateway"]}"""),
        ("PATCH", "/api/tokens/a-token", """{"name":"CI"}"""),
        ("POST", "/api/tokens/a-token/rotate", """{"overlapMinutes":1}"""),
        ("POST", "/api/usage", """{"model":"gpt-4o","provider":"openai","inputTokens":1,"outputTokens":1}"""),
        (
            "POST",
            "/api/usage",
            """{"events":[{"model":"gpt-4o","provider":"openai","inputTokens":1,"outputTokens":1}]}"""
        ),
        ("PUT", "/api/billing/anthropic/invoices/2026-11", """{"totalUsd":12.34}"""),
        ("PUT", "/api/admin/prices", """{"note":"as they are"}"""),
        ("POST", "/api/admin/prices/reprice", """{"from":"2026-11-01"}"""),
    ];

    public static TheoryData<string, string, string> EachWrite => [.. Writes];

    // Each test has its own user, whose rows are what the test wrote.
    private readonly string ann = $"ann-{Guid.NewGuid():N}";

    private ApiClient Ann => shared.App.As(ann, "MyCoach.Admin");

    [Fact]
    public void Every_endpoint_that_takes_a_body_is_tried_here()
    {
        var taking = shared
            .App.Services.GetRequiredService<EndpointDataSource>()
            .Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAcceptsMetadata>() is not null)
            .Select(endpoint =>
                $"{endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]} {endpoint.RoutePattern.RawText!.TrimEnd('/')}"
            );
        var tried = Writes.Select(write =>
            $"{write.Method} {write.Path.Replace("anthropic", "{provider}", StringComparison.Ordinal).Replace("coach", "{agentId}", StringComparison.Ordinal).Replace("a-token", "{tokenId}", StringComparison.Ordinal).Replace("2026-11", "{month}", StringComparison.Ordinal)}"
        );
        Assert.Equal(taking.Order(), tried.Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(EachWrite))]
    public async Task A_body_that_does_not_say_it_is_JSON_is_refused(string method, string path, string body)
    {
        foreach (
            var type in new[]
            {
                "text/plain",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/jsonp",
                "nonsense",
                "",
            }
        )
        {
            (await Ann.SendAsync(new HttpMethod(method), path, body, contentType: type)).IsProblem(
                415,
                "unsupported_media_type"
            );
        }
        await AssertNothingIsWrittenAsync();
    }

    [Theory]
    [MemberData(nameof(EachWrite))]
    public async Task A_body_in_an_encoding_that_does_not_exist_is_refused(string method, string path, string body)
    {
        var answer = await Ann.SendAsync(
            new HttpMethod(method),
            path,
            body,
            contentType: "application/json; charset=nonsense"
        );
        Assert.True(answer.Status is HttpStatusCode.BadRequest or HttpStatusCode.UnsupportedMediaType, answer.Text);
        await AssertNothingIsWrittenAsync();
    }

    [Theory]
    [MemberData(nameof(EachWrite))]
    public async Task A_body_of_more_than_a_mebibyte_is_refused(string method, string path, string body)
    {
        foreach (var chunked in new[] { false, true })
        {
            var content = Json(Encoding.UTF8.GetBytes(body.PadLeft(MaxBodyBytes + 1)));
            (await SendAsync(method, path, content, chunked)).IsProblem(413, "payload_too_large");
        }
        await AssertNothingIsWrittenAsync();
    }

    // The server counts the frame of each chunk in.
    [Theory]
    [InlineData(false, MaxBodyBytes)]
    [InlineData(true, MaxBodyBytes - 4096)]
    public async Task A_body_of_a_mebibyte_is_taken(bool chunked, int length)
    {
        var content = Json(Encoding.UTF8.GetBytes("""{"name":"Coach"}""".PadLeft(length)));
        (await SendAsync("PUT", "/api/agents/coach", content, chunked)).Is(HttpStatusCode.Created);
    }

    private Task<Answer> SendAsync(string method, string path, string body) =>
        Ann.SendAsync(new HttpMethod(method), path, body);

    private async Task<Answer> SendAsync(string method, string path, HttpContent body, bool chunked = false)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body };
        request.Headers.TransferEncodingChunked = chunked;
        // Or the answer to a body that is refused unread could be lost with the connection that the server then closes.
        request.Headers.ExpectContinue = true;
        using var answer = await Ann.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return new Answer(
            answer.StatusCode,
            JsonNode.Parse(text),
            text,
            answer.Headers,
            answer.Content.Headers.ContentType
        );
    }

    private static ByteArrayContent Json(byte[] body) =>
        new(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    private async Task AssertNothingIsWrittenAsync()
    {
        foreach (var table in await shared.App.TablesAsync())
        {
            Assert.DoesNotContain(
                await shared.App.RowsAsync(table),
                row => row.PartitionKey.StartsWith(ann, StringComparison.Ordinal)
            );
        }
    }

    /// <summary>One app for all these tests, most of which write nothing.</summary>
    public sealed class SharedApp(LocalParts parts) : IAsyncLifetime
    {
        public TestApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync() => App = await TestApp.StartAsync(parts);

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
