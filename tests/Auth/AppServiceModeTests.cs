using System.Net;
using System.Text;
using System.Text.Json;
using MyCoach.Http;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Auth;

/// <summary>
/// Behind App Service authentication, where the platform states the caller in a header that only it can set.
/// </summary>
public sealed class AppServiceModeTests(LocalParts parts)
{
    private const string MappedSub = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier";
    private const string MappedOid = "http://schemas.microsoft.com/identity/claims/objectidentifier";
    private const string MappedRole = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

    public static TheoryData<string, string> Principals =>
        new()
        {
            { "the short name", Principal(("sub", "Jürgen"), ("name", "J")) },
            { "the mapped name", Principal((MappedSub, "Jürgen"), ("name", "J")) },
            { "both", Principal((MappedSub, "Jürgen"), ("sub", "Jürgen")) },
            { "the short name twice", Principal(("sub", "Jürgen"), ("sub", "Jürgen")) },
        };

    public static TheoryData<string, string> BadPrincipals =>
        new()
        {
            { "nothing", "" },
            { "no base64", "ann" },
            { "half a base64", Principal(("sub", "ann"))[..^3] },
            { "no JSON", Encode("ann") },
            { "broken JSON", Encode("""{"claims":[{"typ":"sub","val":"ann"}""") },
            {
                "broken UTF-8",
                Convert.ToBase64String([.. """{"claims":[{"typ":"sub","val":"""u8, (byte)'"', 0xFF, .. "\"}]}"u8])
            },
            { "half a character", Encode("""{"claims":[{"typ":"sub","val":"\ud83d"}]}""") },
            { "null", Encode("null") },
            { "a list", Encode("""[{"typ":"sub","val":"ann"}]""") },
            { "no claims", Encode("""{"auth_typ":"aad"}""") },
            { "claims that are null", Encode("""{"claims":null}""") },
            { "claims that are no list", Encode("""{"claims":{"typ":"sub","val":"ann"}}""") },
            { "a claim that is null", Encode("""{"claims":[null]}""") },
            { "a user id that is null", Encode("""{"claims":[{"typ":"sub","val":null}]}""") },
            { "a user id that is a number", Encode("""{"claims":[{"typ":"sub","val":5}]}""") },
            { "no user id", Principal(("name", "ann"), (MappedOid, "ann")) },
            { "an empty user id", Principal(("sub", "")) },
            { "a user id of 129 bytes", Principal(("sub", new string('€', 43))) },
            { "two user ids", Principal(("sub", "ann"), ("sub", "bob")) },
            { "two user ids under two names", Principal(("sub", "ann"), (MappedSub, "bob")) },
        };

    [Fact]
    public async Task An_SDK_key_neither_signs_in_nor_overrides_the_platform()
    {
        await using var app = await StartAsync();
        var models = "/api/gateway/openai/v1/models";
        (string, string)[] key = [("x-api-key", app.Token("bob")), ("Authorization", $"Bearer {app.Token("cem")}")];
        (await app.Anonymous().SendAsync(HttpMethod.Get, models, headers: key)).IsRefusal(401, "unauthenticated");
        (string, string)[] stated = [.. key, ("X-MS-CLIENT-PRINCIPAL", Principal(("sub", "ann")))];
        (await app.Anonymous().SendAsync(HttpMethod.Get, models, headers: stated)).IsRefusal(403, "no_api_key");
    }

    [Theory]
    [MemberData(nameof(Principals))]
    public async Task The_user_id_is_found_under(string _, string principal)
    {
        await using var app = await StartAsync();
        var set = await app.Anonymous()
            .SendAsync(
                HttpMethod.Patch,
                "/api/settings",
                new { monthlyBudgetCents = 1 },
                headers: [("X-MS-CLIENT-PRINCIPAL", principal)]
            );
        set.Is(HttpStatusCode.OK);
        Assert.Equal(["J=C3=BCrgen"], (await app.RowsAsync("Settings")).Select(row => row.PartitionKey));
    }

    [Theory]
    [MemberData(nameof(BadPrincipals))]
    public async Task A_caller_is_refused_with(string _, string principal)
    {
        await using var app = await StartAsync();
        (await GetAsync(app, ("X-MS-CLIENT-PRINCIPAL", principal))).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task A_refusal_says_why()
    {
        await using var app = await StartAsync();

        var nameless = await GetAsync(app, ("X-MS-CLIENT-PRINCIPAL", Principal(("name", "ann"))));
        var malformed = await GetAsync(app, ("X-MS-CLIENT-PRINCIPAL", "nonsense"));
        var missing = await GetAsync(app);

        const string Nameless = "does not name one user in the claim sub";
        Assert.Contains(Nameless, nameless.IsProblem(401, "unauthenticated").Text, StringComparison.Ordinal);
        Assert.Contains(Nameless, nameless.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Contains(app.Logs.Lines, line => line.Contains(Nameless, StringComparison.Ordinal));
        Assert.Contains("is malformed", malformed.IsProblem(401, "unauthenticated").Text, StringComparison.Ordinal);
        Assert.Equal("Bearer", missing.IsProblem(401, "unauthenticated").Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task Two_principals_are_refused()
    {
        await using var app = await StartAsync();
        var (ann, bob) = (Principal(("sub", "ann")), Principal(("sub", "bob")));
        (await GetAsync(app, ("X-MS-CLIENT-PRINCIPAL", ann), ("X-MS-CLIENT-PRINCIPAL", bob))).IsProblem(
            401,
            "unauthenticated"
        );
    }

    [Fact]
    public async Task A_bearer_token_counts_for_nothing()
    {
        await using var app = await StartAsync();
        (await app.As("ann").GetAsync("/api/settings")).IsProblem(401, "unauthenticated");
        (
            await app.As("ann")
                .SendAsync(HttpMethod.Get, "/api/settings", headers: [("X-MS-CLIENT-PRINCIPAL-ID", "ann")])
        ).IsProblem(401, "unauthenticated");

        var set = await app.As("ann", "MyCoach.Service")
            .SendAsync(
                HttpMethod.Patch,
                "/api/settings",
                new { monthlyBudgetCents = 1 },
                headers: [("X-MS-CLIENT-PRINCIPAL", Principal(("sub", "bob")))]
            );
        set.Is(HttpStatusCode.OK);
        Assert.Equal(["bob"], (await app.RowsAsync("Settings")).Select(row => row.PartitionKey));
    }

    [Theory]
    [InlineData("roles")]
    [InlineData(MappedRole)]
    public async Task A_service_is_known_by_its_role(string roleClaim)
    {
        await using var app = await StartAsync();
        var backend = (
            "X-MS-CLIENT-PRINCIPAL",
            Principal(("sub", "backend"), (roleClaim, "Other"), (roleClaim, "MyCoach.Service"))
        );
        (await GetAsync(app, backend)).Blames(RequestHeaders.User);
        var set = await app.Anonymous()
            .SendAsync(
                HttpMethod.Patch,
                "/api/settings",
                new { monthlyBudgetCents = 1 },
                headers: [backend, (RequestHeaders.User, "ann%20b")]
            );
        set.Is(HttpStatusCode.OK);
        Assert.Equal(["ann=20b"], (await app.RowsAsync("Settings")).Select(row => row.PartitionKey));
    }

    [Fact]
    public async Task A_user_who_names_a_user_is_refused()
    {
        await using var app = await StartAsync();
        var ann = ("X-MS-CLIENT-PRINCIPAL", Principal(("sub", "ann"), ("roles", "Other")));
        (await GetAsync(app, ann, (RequestHeaders.User, "bob"))).IsProblem(403, "forbidden");
    }

    [Theory]
    [InlineData("oid", "oid")]
    [InlineData("oid", MappedOid)]
    [InlineData(MappedOid, "oid")]
    [InlineData(MappedOid, MappedOid)]
    public async Task The_settings_say_which_claim_is_the_user_id(string setting, string claim)
    {
        await using var app = await StartAsync($"Auth:UserIdClaim={setting}");
        (await GetAsync(app, ("X-MS-CLIENT-PRINCIPAL", Principal((claim, "ann"), ("sub", "pairwise"))))).Is(
            HttpStatusCode.OK
        );
        (await GetAsync(app, ("X-MS-CLIENT-PRINCIPAL", Principal(("sub", "ann"))))).IsProblem(401, "unauthenticated");
    }

    private Task<TestApp> StartAsync(params string[] settings) =>
        TestApp.StartAsync(
            parts,
            ["Auth:Mode=AppService", "WEBSITE_AUTH_ENABLED=True", "Auth:AppServiceOutsideAzure=true", .. settings]
        );

    private static Task<Answer> GetAsync(TestApp app, params (string, string)[] headers) =>
        app.Anonymous().SendAsync(HttpMethod.Get, "/api/settings", headers: headers);

    private static string Principal(params (string Type, string Value)[] claims) =>
        Encode(
            JsonSerializer.Serialize(
                new
                {
                    auth_typ = "aad",
                    claims = claims.Select(claim => new { typ = claim.Type, val = claim.Value }),
                    name_typ = "name",
                    role_typ = "roles",
                }
            )
        );

    private static string Encode(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json));
}
