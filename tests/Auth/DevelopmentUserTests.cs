using System.Net;
using MyCoach.Http;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Auth;

/// <summary>
/// In Development a caller without a token is a configured user: from this machine only, and not for the web pages that
/// are open on it.
/// </summary>
public sealed class DevelopmentUserTests(LocalParts parts)
{
    private const long BudgetOfDev = 4711;

    [Theory]
    [InlineData("Accept", "application/json")]
    [InlineData("Host", "localhost")]
    [InlineData("Host", "LOCALHOST:7071")]
    [InlineData("Host", "127.0.0.1:7071")]
    [InlineData("Host", "[::1]:7071")]
    [InlineData("X-Forwarded-Host", "localhost:7071")]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("X-Forwarded-For", "::1")]
    [InlineData("X-Forwarded-For", "::ffff:127.0.0.1")]
    [InlineData("X-Forwarded-For", "127.0.0.1:51234, [::1]:51234")]
    [InlineData("Origin", "http://localhost:5173")]
    [InlineData("Origin", "http://127.0.0.1:7071")]
    [InlineData("Origin", "http://[::1]:3000")]
    public async Task A_call_from_this_machine_is_the_development_users(string header, string value)
    {
        await using var app = await StartAsync();
        Assert.Equal(
            BudgetOfDev,
            (long)(await GetAsync(app, header, value)).Is(HttpStatusCode.OK)["monthlyBudgetCents"]
        );
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "evil.example:7071")]
    [InlineData("Host", "localhost.evil.example")]
    [InlineData("Host", "127.0.0.1.evil.example")]
    [InlineData("Host", "10.0.0.1")]
    [InlineData("Host", "0.0.0.0")]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-For", "192.168.1.20")]
    [InlineData("X-Forwarded-For", "127.0.0.1, 192.168.1.20:51234")]
    [InlineData("X-Forwarded-For", "localhost")]
    [InlineData("X-Forwarded-For", "")]
    [InlineData("X-Forwarded-Host", "localhost, evil.example")]
    [InlineData("X-Forwarded-Host", "")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "http://localhost.evil.example")]
    [InlineData("Origin", "http://localhost@evil.example")]
    [InlineData("Origin", "file://localhost")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "")]
    public async Task A_remote_call_is_not_the_development_user(string header, string value)
    {
        await using var app = await StartAsync();
        (await GetAsync(app, header, value)).IsProblem(401, "unauthenticated");
    }

    [Theory]
    [InlineData("Authorization", "Bearer development")]
    [InlineData("x-api-key", "development")]
    public async Task An_SDK_with_a_placeholder_key_is_the_development_user(string header, string value)
    {
        await using var app = await StartAsync();
        var models = "/api/gateway/openai/v1/models";
        (await app.Anonymous().SendAsync(HttpMethod.Get, models, headers: [(header, value)])).IsRefusal(
            403,
            "no_api_key"
        );
        (await app.Anonymous().SendAsync(HttpMethod.Get, models, headers: [(header, value + "s")])).IsRefusal(
            401,
            "unauthenticated"
        );
        (
            await app.Anonymous()
                .SendAsync(HttpMethod.Get, models, headers: [(header, value), ("Origin", "https://evil.example")])
        ).IsRefusal(401, "unauthenticated");
        // Where no SDK calls it is a token like any other, and not a good one.
        var elsewhere = await app.Anonymous()
            .SendAsync(HttpMethod.Get, "/api/settings", headers: [("Authorization", "Bearer development")]);
        elsewhere.IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_good_token_wins()
    {
        await using var app = await StartAsync();
        Assert.Null((await app.As("ann").GetAsync("/api/settings")).Is(HttpStatusCode.OK).Body!["monthlyBudgetCents"]);
        var fromElsewhere = await app.As("ann")
            .SendAsync(HttpMethod.Get, "/api/settings", headers: [("Host", "evil.example")]);
        Assert.Null(fromElsewhere.Is(HttpStatusCode.OK).Body!["monthlyBudgetCents"]);
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer nonsense")]
    [InlineData("Basic ZGV2OmRldg==")]
    [InlineData("nonsense")]
    public async Task A_bad_token_is_not_the_development_user(string authorization)
    {
        await using var app = await StartAsync();
        (await GetAsync(app, "Authorization", authorization)).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task An_expired_token_is_not_the_development_user()
    {
        await using var app = await StartAsync();
        var token = TestApp.Token(app.Clock.GetUtcNow(), "dev", lifetime: TimeSpan.FromMinutes(-2));
        (await app.With(token).GetAsync("/api/settings")).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task The_development_user_is_no_service()
    {
        await using var app = await StartAsync();
        (await GetAsync(app, RequestHeaders.User, "ann")).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task Without_the_setting_Development_requires_a_token_too()
    {
        await using var app = await TestApp.StartAsync(parts, ["ASPNETCORE_ENVIRONMENT=Development"]);
        (await app.Anonymous().GetAsync("/api/settings")).IsProblem(401, "unauthenticated");
    }

    private async Task<TestApp> StartAsync()
    {
        var app = await TestApp.StartAsync(parts, ["ASPNETCORE_ENVIRONMENT=Development", "Auth:DevelopmentUser=dev"]);
        (await app.As("dev").PatchAsync("/api/settings", new { monthlyBudgetCents = BudgetOfDev })).Is(
            HttpStatusCode.OK
        );
        return app;
    }

    private static Task<Answer> GetAsync(TestApp app, string header, string value) =>
        app.Anonymous().SendAsync(HttpMethod.Get, "/api/settings", headers: [(header, value)]);
}
