using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using MyCoach.Http;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Auth;

/// <summary>
/// Who gets in. What each caller may reach is asked of every endpoint that the program has, so that a new one is
/// covered from its first day.
/// </summary>
public sealed partial class CallerTests(LocalParts parts)
{
    private const string Hs256 = """{"alg":"HS256","typ":"JWT"}""";

    private static readonly Dictionary<string, (string Name, string Value)[]> Strangers = new()
    {
        ["no token"] = [],
        ["a forged platform principal"] =
        [
            (
                "X-MS-CLIENT-PRINCIPAL",
                Convert.ToBase64String("""{"auth_typ":"aad","claims":[{"typ":"sub","val":"ann"}]}"""u8)
            ),
            ("X-MS-CLIENT-PRINCIPAL-ID", "ann"),
        ],
        ["a user named in a header"] = [(RequestHeaders.User, "ann")],
        ["a password"] = [("Authorization", "Basic YW5uOmFubg==")],
        ["a scheme without a token"] = [("Authorization", "Bearer")],
        ["no JWT"] = Bearer("nonsense"),
        ["three parts of nonsense"] = Bearer("a.b.c"),
        ["another issuer"] = Bearer(TestApp.Token(TestApp.Noon, "ann", issuer: "https://other.example")),
        ["another audience"] = Bearer(TestApp.Token(TestApp.Noon, "ann", audience: "other")),
        ["another key"] = Bearer(TestApp.Token(TestApp.Noon, "ann", signingKey: RandomNumberGenerator.GetBytes(32))),
        ["an expired token"] = Bearer(TestApp.Token(TestApp.Noon, "ann", lifetime: TimeSpan.FromMinutes(-2))),
        ["a token of the future"] = Bearer(
            Sign(Hs256, Claims("\"sub\":\"ann\"", notBefore: TestApp.Noon.AddMinutes(2)))
        ),
        ["a token that never expires"] = Bearer(
            Sign(Hs256, $$"""{"iss":"{{TestApp.Issuer}}","aud":"{{TestApp.Audience}}","sub":"ann"}""")
        ),
        ["an unsigned token"] = Bearer(Unsigned("none")),
        ["an unsigned token without its last dot"] = Bearer(Unsigned("none").TrimEnd('.')),
        ["an unsigned token in capitals"] = Bearer(Unsigned("NONE")),
        ["a signature taken away"] = Bearer(Unsigned("HS256")),
        ["no user id"] = Bearer(Sign(Hs256, Claims("\"name\":\"ann\""))),
        ["an empty user id"] = Bearer(Sign(Hs256, Claims("\"sub\":\"\""))),
        ["a null user id"] = Bearer(Sign(Hs256, Claims("\"sub\":null"))),
        ["two user ids"] = Bearer(Sign(Hs256, Claims("\"sub\":[\"ann\",\"bob\"]"))),
        ["half a character as user id"] = Bearer(Sign(Hs256, Claims("\"sub\":\"\\ud83d\""))),
        ["a user id of 129 letters"] = Bearer(TestApp.Token(TestApp.Noon, new string('a', 129))),
        ["a user id of 129 bytes"] = Bearer(TestApp.Token(TestApp.Noon, new string('€', 43))),
    };

    private const string NoJwt = "The token is not a well-formed JWT";
    private const string OtherKey = "The token is not signed, or not with a key of the configured issuer";
    private const string NoUser = "The token does not name one user in the claim sub";

    // Null if the request has no token.
    private static readonly Dictionary<string, string?> Reasons = new()
    {
        ["no token"] = null,
        ["a forged platform principal"] = null,
        ["a user named in a header"] = null,
        ["a password"] = null,
        ["a scheme without a token"] = null,
        ["no JWT"] = NoJwt,
        ["three parts of nonsense"] = NoJwt,
        ["another issuer"] = "The token is from another issuer",
        ["another audience"] = "The token is for another audience",
        ["another key"] = OtherKey,
        ["an expired token"] = "The token has expired",
        ["a token of the future"] = "The token is not valid yet",
        ["a token that never expires"] = "The token has no expiry",
        ["an unsigned token"] = OtherKey,
        ["an unsigned token without its last dot"] = NoJwt,
        ["an unsigned token in capitals"] = OtherKey,
        ["a signature taken away"] = OtherKey,
        ["no user id"] = NoUser,
        ["an empty user id"] = NoUser,
        ["a null user id"] = NoUser,
        ["two user ids"] = NoJwt,
        ["half a character as user id"] = NoJwt,
        ["a user id of 129 letters"] = NoUser,
        ["a user id of 129 bytes"] = NoUser,
    };

    public static TheoryData<string> StrangerNames => [.. Strangers.Keys];

    [Theory]
    [MemberData(nameof(StrangerNames))]
    public async Task A_caller_is_refused_with(string stranger)
    {
        await using var app = await TestApp.StartAsync(parts);
        foreach (var (method, path) in Guarded(app))
        {
            var answer = await app.Anonymous().SendAsync(method, path, headers: Strangers[stranger]);
            answer.IsRefused(path, 401, "unauthenticated");
            var challenge = answer.Headers.WwwAuthenticate.ToString();
            Assert.True(
                Reasons[stranger] is { } reason
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
            Reasons[stranger] is not null,
            app.Logs.Lines.Any(line =>
                line.StartsWith("Information", StringComparison.Ordinal)
                && line.Contains($"is not authenticated: {Reasons[stranger]}", StringComparison.Ordinal)
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
    public async Task Only_health_and_the_api_description_are_for_everybody()
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
            ],
            open.Order(StringComparer.Ordinal)
        );

        foreach (var path in new[] { "/api/docs/", "/api/health", "/api/openapi.json" })
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
        var token = Sign(Hs256, Claims("\"sub\":\"pairwise\",\"oid\":\"ann\""));
        (await app.With(token).PatchAsync("/api/settings", new { monthlyBudgetCents = 1 })).Is(HttpStatusCode.OK);
        Assert.Equal(["ann"], (await app.RowsAsync("Settings")).Select(row => row.PartitionKey));

        (await app.As("ann").GetAsync("/api/settings")).IsProblem(401, "unauthenticated");
        (await app.With(Sign(Hs256, Claims("\"oid\":[\"ann\",\"bob\"]"))).GetAsync("/api/settings")).IsProblem(
            401,
            "unauthenticated"
        );
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

    private static (string, string)[] Bearer(string token) => [("Authorization", $"Bearer {token}")];

    private static string Claims(string members, DateTimeOffset? notBefore = null)
    {
        var (from, to) = ((notBefore ?? TestApp.Noon).ToUnixTimeSeconds(), TestApp.Noon.AddDays(1).ToUnixTimeSeconds());
        return $$"""{"iss":"{{TestApp.Issuer}}","aud":"{{TestApp.Audience}}","nbf":{{from}},"exp":{{to}},{{members}}}""";
    }

    private static string Unsigned(string algorithm) =>
        $"{Encode($$"""{"alg":"{{algorithm}}"}""")}.{Encode(Claims("\"sub\":\"ann\""))}.";

    // By hand, because the libraries refuse to make some of the tokens that an attacker would.
    private static string Sign(string header, string claims)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(TestApp.SigningKey, Encoding.UTF8.GetBytes(signed)))}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
