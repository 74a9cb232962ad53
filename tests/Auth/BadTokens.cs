using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using MyCoach.Http;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Auth;

/// <summary>Callers without a good token, and tokens made by hand.</summary>
internal static class BadTokens
{
    private const string Hs256 = """{"alg":"HS256","typ":"JWT"}""";

    /// <summary>The headers of callers who are refused, by what is wrong with them.</summary>
    public static readonly IReadOnlyDictionary<string, (string Name, string Value)[]> Callers = new Dictionary<
        string,
        (string Name, string Value)[]
    >()
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
        ["a token of the future"] = Bearer(Sign(Claims("\"sub\":\"ann\"", notBefore: TestApp.Noon.AddMinutes(2)))),
        ["a token that never expires"] = Bearer(
            Sign($$"""{"iss":"{{TestApp.Issuer}}","aud":"{{TestApp.Audience}}","sub":"ann"}""")
        ),
        ["an unsigned token"] = Bearer(Unsigned("none")),
        ["an unsigned token without its last dot"] = Bearer(Unsigned("none").TrimEnd('.')),
        ["an unsigned token in capitals"] = Bearer(Unsigned("NONE")),
        ["a signature taken away"] = Bearer(Unsigned("HS256")),
        ["no user id"] = Bearer(Sign(Claims("\"name\":\"ann\""))),
        ["an empty user id"] = Bearer(Sign(Claims("\"sub\":\"\""))),
        ["a null user id"] = Bearer(Sign(Claims("\"sub\":null"))),
        ["two user ids"] = Bearer(Sign(Claims("\"sub\":[\"ann\",\"bob\"]"))),
        ["half a character as user id"] = Bearer(Sign(Claims("\"sub\":\"\\ud83d\""))),
        ["a user id of 129 letters"] = Bearer(TestApp.Token(TestApp.Noon, new string('a', 129))),
        ["a user id of 129 bytes"] = Bearer(TestApp.Token(TestApp.Noon, new string('€', 43))),
    };

    private const string NoJwt = "The token is not a well-formed JWT";
    private const string OtherKey = "The token is not signed, or not with a key of the configured issuer";
    private const string NoUser = "The token does not name one user in the claim sub";

    /// <summary>What the answer says is wrong; null if the request has no token.</summary>
    public static readonly IReadOnlyDictionary<string, string?> Reasons = new Dictionary<string, string?>()
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

    private static (string, string)[] Bearer(string token) => [("Authorization", $"Bearer {token}")];

    /// <summary>The claims of a good token, with these more.</summary>
    public static string Claims(string members, DateTimeOffset? notBefore = null)
    {
        var (from, to) = ((notBefore ?? TestApp.Noon).ToUnixTimeSeconds(), TestApp.Noon.AddDays(1).ToUnixTimeSeconds());
        return $$"""{"iss":"{{TestApp.Issuer}}","aud":"{{TestApp.Audience}}","nbf":{{from}},"exp":{{to}},{{members}}}""";
    }

    private static string Unsigned(string algorithm) =>
        $"{Encode($$"""{"alg":"{{algorithm}}"}""")}.{Encode(Claims("\"sub\":\"ann\""))}.";

    /// <summary>
    /// Signs with the right key. By hand, because the libraries refuse to make some of the tokens that an attacker would.
    /// </summary>
    public static string Sign(string claims)
    {
        var signed = $"{Encode(Hs256)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(TestApp.SigningKey, Encoding.UTF8.GetBytes(signed)))}";
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
