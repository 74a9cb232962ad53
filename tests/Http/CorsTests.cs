using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Dev.Emulator;
using MyCoach.Settings;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Http;

/// <summary>Which web pages may call, and what their scripts may read of an answer.</summary>
public sealed class CorsTests(LocalParts parts)
{
    private const string Frontend = "https://app.example.com";
    private const string Exposed =
        "X-MyCoach-Usage-Id, X-MyCoach-Error, X-MyCoach-Output-Limit, X-MyCoach-Tool-Limit, Retry-After, retry-after-ms, ETag, Location, "
        + "Content-Disposition, x-should-retry, request-id, x-request-id";
    private const string AllowOrigin = "Access-Control-Allow-Origin";
    private const string ExposeHeaders = "Access-Control-Expose-Headers";

    [Theory]
    [InlineData("GET", "/api/health")]
    [InlineData("PATCH", "/api/settings")]
    [InlineData("PUT", "/api/keys/anthropic")]
    [InlineData("DELETE", "/api/agents/coach")]
    [InlineData("POST", "/api/usage")]
    public async Task A_preflight_of_the_frontend_is_granted_without_a_token(string method, string path)
    {
        await using var app = await TestApp.StartAsync(parts, [$"Cors:AllowedOrigins:0={Frontend}"]);
        var answer = await PreflightAsync(app, Frontend, method, path);

        answer.Is(HttpStatusCode.NoContent);
        Assert.Equal(Frontend, Header(answer, AllowOrigin));
        Assert.Contains(method, Names(answer, "Access-Control-Allow-Methods"));
        Assert.Superset(
            new HashSet<string>(["authorization", "if-match", "content-type", "x-mycoach-user"]),
            Names(answer, "Access-Control-Allow-Headers").Select(name => name.ToLowerInvariant()).ToHashSet()
        );
    }

    [Fact]
    public async Task The_frontend_may_read_answers_that_vary_by_origin()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            [$"Cors:AllowedOrigins:0={Frontend}", "Cors:AllowedOrigins:1=https://second.example"]
        );
        foreach (var origin in (string[])[Frontend, "https://second.example"])
        {
            var answer = (await GetAsync(app.As("ann"), "/api/settings", origin)).Is(HttpStatusCode.OK);

            Assert.Equal(origin, Header(answer, AllowOrigin));
            Assert.Contains("Origin", answer.Headers.Vary);
            Assert.Equal(Exposed, Header(answer, ExposeHeaders));
            Assert.Null(Header(answer, "Access-Control-Allow-Credentials"));
        }
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://app.example.com")]
    [InlineData("https://app.example.com:8443")]
    [InlineData("https://app.example.com.evil.example")]
    [InlineData("http://localhost:5173")]
    [InlineData("null")]
    public async Task Another_origin_is_granted_nothing(string origin)
    {
        await using var app = await TestApp.StartAsync(parts, [$"Cors:AllowedOrigins:0={Frontend}"]);

        var preflight = await PreflightAsync(app, origin, "PATCH", "/api/settings");
        Assert.Null(Header(preflight, AllowOrigin));
        Assert.Null(Header(preflight, "Access-Control-Allow-Methods"));
        Assert.Null(Header(await GetAsync(app.As("ann"), "/api/settings", origin), AllowOrigin));
    }

    [Theory]
    [InlineData("http://localhost:5173", true)]
    [InlineData("http://127.0.0.1:3000", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("https://localhost", true)]
    [InlineData("http://localhost.evil.example", false)]
    [InlineData("http://127.0.0.1.evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("file://", false)]
    public async Task In_Development_pages_of_this_machine_may_call(string origin, bool allowed)
    {
        await using var app = await TestApp.StartAsync(parts, ["ASPNETCORE_ENVIRONMENT=Development"]);
        var answer = await PreflightAsync(app, origin, "PATCH", "/api/settings");

        Assert.Equal(allowed ? origin : null, Header(answer, AllowOrigin));
    }

    [Fact]
    public async Task In_Development_every_origin_may_be_configured()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            ["ASPNETCORE_ENVIRONMENT=Development", "Cors:AllowedOrigins:0=*"]
        );

        Assert.NotNull(Header(await GetAsync(app.As("ann"), "/api/settings", "https://any.example"), AllowOrigin));
    }

    [Fact]
    public async Task Errors_can_be_read_by_the_frontend_as_well()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            [$"Cors:AllowedOrigins:0={Frontend}"],
            configure: BreakSettings
        );
        var ann = app.As("ann");

        AssertReadable((await GetAsync(app.Anonymous(), "/api/keys", Frontend)).IsProblem(401, "unauthenticated"));
        AssertReadable((await GetAsync(ann, "/api/nothing", Frontend)).IsProblem(404, "not_found"));
        AssertReadable((await GetAsync(ann, "/api/usage?month=soon", Frontend)).IsProblem(400, "invalid_request"));
        AssertReadable(
            (await SendAsync(ann, HttpMethod.Delete, "/api/health", Frontend)).Is(HttpStatusCode.MethodNotAllowed)
        );
        AssertReadable((await GetAsync(ann, "/api/settings", Frontend)).IsProblem(500, "internal"));
        AssertReadable((await GetAsync(app.As("ann"), "/api/openapi.json", Frontend)).Is(HttpStatusCode.OK));

        static void AssertReadable(Answer answer)
        {
            Assert.Equal(Frontend, Header(answer, AllowOrigin));
            Assert.Equal(Exposed, Header(answer, ExposeHeaders));
        }
    }

    [Fact]
    public async Task A_provider_s_limits_can_be_read_by_the_frontend()
    {
        await using var app = await TestApp.StartAsync(parts, [$"Cors:AllowedOrigins:0={Frontend}"]);
        using var ann = await GatewayUser.WithKeysAsync(app);
        ann.Emulator.Knobs.AnswerNext(
            new PlannedAnswer
            {
                Headers = new Dictionary<string, string> { ["x-ratelimit-remaining-tokens"] = "7" },
                Body = new[] { (ReadOnlyMemory<byte>)"{}"u8.ToArray() }.ToAsyncEnumerable(),
            }
        );
        using var answer = await ann.SendAsync(
            "openai/v1/chat/completions",
            """{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}]}""",
            [("Origin", Frontend)]
        );

        Assert.Equal(["7"], answer.Headers.GetValues("x-ratelimit-remaining-tokens"));
        Assert.Equal(
            $"{Exposed}, x-ratelimit-remaining-tokens",
            Assert.Single(answer.Headers.GetValues(ExposeHeaders))
        );
    }

    [Fact]
    public async Task On_App_Service_the_program_only_exposes_headers()
    {
        await using var app = await TestApp.StartAsync(
            parts,
            [$"Cors:AllowedOrigins:0={Frontend}", "WEBSITE_SITE_NAME=mycoach"],
            configure: BreakSettings
        );
        Answer[] answers =
        [
            await GetAsync(app.As("ann"), "/api/keys", Frontend),
            await GetAsync(app.Anonymous(), "/api/keys", Frontend),
            await GetAsync(app.As("ann"), "/api/keys/openai", Frontend),
            await GetAsync(app.As("ann"), "/api/settings", Frontend),
            await GetAsync(app.As("ann"), "/api/budget", "https://the-platform-decides.example"),
        ];

        Assert.Equal([200, 401, 404, 500], answers[..4].Select(answer => (int)answer.Status));
        Assert.All(
            answers,
            answer =>
            {
                Assert.Null(Header(answer, AllowOrigin));
                Assert.Equal(Exposed, Header(answer, ExposeHeaders));
            }
        );
    }

    [Fact]
    public async Task Requests_without_an_origin_get_no_CORS_headers()
    {
        await using var app = await TestApp.StartAsync(parts, [$"Cors:AllowedOrigins:0={Frontend}"]);
        var answer = await app.As("ann").GetAsync("/api/settings");

        Assert.Null(Header(answer, AllowOrigin));
        Assert.Null(Header(answer, ExposeHeaders));
    }

    // An unexpected failure.
    private static void BreakSettings(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<SettingsTable>(_ => throw new InvalidOperationException("for this test"));

    private static Task<Answer> PreflightAsync(TestApp app, string origin, string method, string path) =>
        SendAsync(
            app.Anonymous(),
            HttpMethod.Options,
            path,
            origin,
            ("Access-Control-Request-Method", method),
            ("Access-Control-Request-Headers", "authorization,content-type,if-match,x-mycoach-user")
        );

    private static Task<Answer> GetAsync(ApiClient client, string path, string origin) =>
        SendAsync(client, HttpMethod.Get, path, origin);

    private static Task<Answer> SendAsync(
        ApiClient client,
        HttpMethod method,
        string path,
        string origin,
        params (string, string)[] headers
    ) => client.SendAsync(method, path, headers: [("Origin", origin), .. headers]);

    private static string? Header(Answer answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    private static string[] Names(Answer answer, string name) =>
        Header(answer, name)?.Split(',', StringSplitOptions.TrimEntries) ?? [];
}
