using System.Net;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Auth;

/// <summary>
/// Who gets in. What each caller may reach is asked of every endpoint that the program has, so that a new one is
/// covered from its first day.
/// </summary>
public sealed partial class CallerTests(LocalParts parts)
{
    public static TheoryData<string> StrangerNames => [.. BadTokens.Callers.Keys];

    [Theory]
    [MemberData(nameof(StrangerNames))]
    public async Task A_caller_is_refused_with(string stranger)
    {
        await using var app = await TestApp.StartAsync(parts);
        foreach (var (method, path) in Guarded(app))
        {
            var answer = await app.Anonymous().SendAsync(method, path, headers: BadTokens.Callers[stranger]);
            answer.IsRefused(path, 401, "unauthenticated");
            var challenge = answer.Headers.WwwAuthenticate.ToString();
            Assert.True(
                BadTokens.Reasons[stranger] is { } reason
                    ? challenge.StartsWith(
                        "Bearer error=\"invalid_token\", error_description=\"",
                        StringComparison.Ordinal
                    )
                        && challenge.Contains(reason, StringComparison.Ordinal)
                        && answer.Text.Contains(reason, StringComparison.Ordinal)
                    : challenge == "Bearer" && answer.Text.Contains("has no token", StringComparison.Ordinal),
                $"{stranger}: {challenge}: {answer.Text}"
            );
        }
        Assert.Empty(await app.TablesAsync());
        Assert.Equal(
            BadTokens.Reasons[stranger] is not null,
            app.Logs.Lines.Any(line =>
                line.StartsWith("Information", StringComparison.Ordinal)
                && line.Contains($"is not authenticated: {BadTokens.Reasons[stranger]}", StringComparison.Ordinal)
            )
        );
    }

    private const string Admin = "/api/admin/";

    [Fact]
    public async Task A_good_token_opens_every_endpoint()
    {
        await using var app = await TestApp.StartAsync(parts);
        var endpoints = Guarded(app).ToArray();
        foreach (var (method, path) in endpoints)
        {
            // Operators' calls to operators only.
            var caller = path.StartsWith(Admin, StringComparison.Ordinal)
                ? app.As("ann", "MyCoach.Admin")
                : app.As("ann");
            var answer = await app.WhileTimePassesAsync(caller.SendAsync(method, path));
            // The gateway lets her in, and then lacks a key of hers.
            var isOpen =
                answer.Status is not (HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                || answer.Headers.Contains("X-MyCoach-Error");
            Assert.True(isOpen, $"{method} {path}: {answer.Text}");
        }
        Assert.True(endpoints.Length >= 15, "The program has hardly any endpoints; were they found?");
    }

    [Fact]
    public async Task Only_health_the_page_and_the_api_description_are_for_everybody()
    {
        await using var app = await TestApp.StartAsync(parts);
        var open = Endpoints(app)
            .Where(endpoint => endpoint.IsOpen)
            .Select(endpoint => $"{endpoint.Method} {endpoint.Path}");
        Assert.Equal(
            [
                "GET /api/docs/favicon.svg",
                "GET /api/docs/scalar.aspnetcore.js",
                "GET /api/docs/scalar.js",
                "GET /api/docs/x",
                "GET /api/health",
                "GET /api/openapi.json",
                "GET /config.json",
                "HEAD /config.json",
            ],
            open.Order(StringComparer.Ordinal)
        );

        foreach (var path in new[] { "/", "/config.json", "/api/docs/", "/api/health", "/api/openapi.json" })
        {
            (await app.Anonymous().GetAsync(path)).Is(HttpStatusCode.OK);
            (await app.With("nonsense").GetAsync(path)).Is(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task A_stranger_does_not_learn_which_addresses_exist()
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.Anonymous().GetAsync("/api/nothing")).IsProblem(401, "unauthenticated");
        (await app.Anonymous().DeleteAsync("/api/usage")).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_token_in_the_address_is_ignored()
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.Anonymous().GetAsync($"/api/settings?access_token={app.Token("ann")}")).IsProblem(
            401,
            "unauthenticated"
        );
    }

    [Fact]
    public async Task A_token_ends_by_the_programs_own_clock_with_a_minute_of_slack()
    {
        await using var app = await TestApp.StartAsync(parts);
        var ann = app.With(TestApp.Token(app.Clock.GetUtcNow(), "ann", lifetime: TimeSpan.FromHours(1)));
        (await ann.GetAsync("/api/settings")).Is(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromMinutes(61) - TimeSpan.FromSeconds(1));
        (await ann.GetAsync("/api/settings")).Is(HttpStatusCode.OK);
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await ann.GetAsync("/api/settings")).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task The_user_id_is_the_claim_that_the_settings_name()
    {
        await using var app = await TestApp.StartAsync(parts, ["Auth:UserIdClaim=oid"]);
        var token = BadTokens.Sign(BadTokens.Claims("\"sub\":\"pairwise\",\"oid\":\"ann\""));
        (await app.With(token).PatchAsync("/api/settings", new { monthlyBudgetCents = 1 })).Is(HttpStatusCode.OK);
        Assert.Equal(["ann"], (await app.RowsAsync("Settings")).Select(row => row.PartitionKey));

        (await app.As("ann").GetAsync("/api/settings")).IsProblem(401, "unauthenticated");
        (
            await app.With(BadTokens.Sign(BadTokens.Claims("\"oid\":[\"ann\",\"bob\"]"))).GetAsync("/api/settings")
        ).IsProblem(401, "unauthenticated");
    }

    [Theory]
    [InlineData(128, 'a')]
    [InlineData(64, 'ä')]
    [InlineData(1, '\0')]
    public async Task A_user_id_may_be_any_text_of_up_to_128_bytes(int length, char character)
    {
        await using var app = await TestApp.StartAsync(parts);
        (await app.As(new string(character, length)).GetAsync("/api/settings")).Is(HttpStatusCode.OK);
    }

    private static IEnumerable<(HttpMethod Method, string Path)> Guarded(TestApp app) =>
        Endpoints(app).Where(endpoint => !endpoint.IsOpen).Select(endpoint => (endpoint.Method, endpoint.Path));

    private static IEnumerable<(HttpMethod Method, string Path, bool IsOpen)> Endpoints(TestApp app) =>
        from endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"]
        select (
            new HttpMethod(method),
            PathOf(endpoint.RoutePattern),
            endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null
        );

    private static string PathOf(RoutePattern pattern) =>
        "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(ValueOf))));

    private static string ValueOf(RoutePatternPart part) =>
        part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart { Name: "provider" } => "anthropic",
            RoutePatternParameterPart { Name: "id" } => "202611-x",
            _ => "x",
        };
}
