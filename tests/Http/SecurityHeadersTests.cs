using System.Net;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Http;

/// <summary>
/// The headers that every answer has for browsers, whether it is from an endpoint, an error, the framework or a
/// provider.
/// </summary>
public sealed class SecurityHeadersTests(LocalParts parts)
{
    private const string Chat = """{"model":"gpt-5-mini","messages":[{"role":"user","content":"Hi"}]}""";

    [Theory]
    [InlineData("GET", "/nothing.js", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/health", HttpStatusCode.OK)]
    [InlineData("GET", "/api/openapi.json", HttpStatusCode.OK)]
    [InlineData("GET", "/api/keys", HttpStatusCode.OK)]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound)]
    [InlineData("DELETE", "/api/keys", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/api/usage", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/admin/data-keys", HttpStatusCode.Forbidden)]
    [InlineData("GET", "/api/usage/export?month=2026-11", HttpStatusCode.OK)]
    [InlineData("POST", "/api/gateway/openai/v1/chat/completions", HttpStatusCode.OK, Chat)]
    [InlineData("POST", "/api/gateway/openai/v1/chat/completions", HttpStatusCode.BadRequest, "[]")]
    [InlineData("POST", "/api/gateway/anthropic/v1/nothing", HttpStatusCode.NotFound, "{}")]
    public async Task Every_answer_has_the_security_headers(
        string method,
        string path,
        HttpStatusCode status,
        string? body = null
    )
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        AssertGuarded((await ann.Api.SendAsync(new HttpMethod(method), path, body)).Is(status), "max-age=31536000");
    }

    [Fact]
    public async Task An_internal_error_has_the_security_headers_too()
    {
        await using var app = await TestApp.StartAsync(parts);
        using var ann = await GatewayUser.WithKeysAsync(app);
        var row = (await app.RowsAsync("ApiKeys")).Single(row => row.RowKey == "openai");
        row["EncryptedKey"] = "nonsense";
        await app.Table("ApiKeys")
            .UpdateEntityAsync(row, row.ETag, cancellationToken: TestContext.Current.CancellationToken);
        AssertGuarded(
            (await ann.Api.PostAsync("/api/keys/openai/validate")).IsProblem(500, "key_unreadable"),
            "max-age=31536000"
        );
    }

    [Fact]
    public async Task Localhost_gets_no_HSTS_header()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            ["environment=Development", "ASPNETCORE_ENVIRONMENT=Development"]
        );
        using var anyone = app.Anonymous();
        AssertGuarded((await anyone.GetAsync("/api/health")).Is(HttpStatusCode.OK), transport: null);
    }

    private static void AssertGuarded(Answer answer, string? transport)
    {
        Assert.Equal("nosniff", One("X-Content-Type-Options"));
        Assert.Equal("DENY", One("X-Frame-Options"));
        Assert.StartsWith(
            "default-src 'none'; frame-ancestors 'none'",
            One("Content-Security-Policy"),
            StringComparison.Ordinal
        );
        Assert.Equal("no-referrer", One("Referrer-Policy"));
        Assert.Equal(transport, One("Strict-Transport-Security"));
        Assert.NotNull(One("Cache-Control"));

        string? One(string name) => answer.Headers.TryGetValues(name, out var values) ? Assert.Single(values) : null;
    }
}
