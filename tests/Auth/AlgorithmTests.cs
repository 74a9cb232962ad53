using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using MyCoach.Auth;
using MyCoach.Tests.Support;

namespace MyCoach.Tests.Auth;

/// <summary>
/// An issuer with a public key: a token that it did not sign is refused, whatever algorithm its header names.
/// </summary>
public sealed class AlgorithmTests(LocalParts parts)
{
    private const string KeyId = "key-1";

    private static readonly RSA Issuers = RSA.Create(2048);
    private static readonly RSA Attackers = RSA.Create(2048);

    private static readonly Dictionary<string, Func<string>> Forged = new()
    {
        ["none"] = () => Token(Header("none"), _ => []),
        ["its public key as a secret, in PEM"] = () =>
            Hmac(Encoding.ASCII.GetBytes(Issuers.ExportSubjectPublicKeyInfoPem())),
        ["its public key as a secret, in PEM with a last line end"] = () =>
            Hmac(Encoding.ASCII.GetBytes(Issuers.ExportSubjectPublicKeyInfoPem() + "\n")),
        ["its public key as a secret, in DER"] = () => Hmac(Issuers.ExportSubjectPublicKeyInfo()),
        ["its public key as a secret, in PKCS#1"] = () => Hmac(Issuers.ExportRSAPublicKey()),
        ["its modulus as a secret"] = () => Hmac(Issuers.ExportParameters(false).Modulus!),
        ["no bytes as a secret"] = () => Hmac([]),
        ["another key under its id"] = () => Rsa(Header("RS256"), Attackers),
        ["a key that the token brings along"] = () => Rsa(Header("RS256", ("jwk", Jwk(Attackers))), Attackers),
        ["a key that the token says where to get"] = () =>
            Rsa(Header("RS256", ("jku", "https://evil.example/jwks.json")), Attackers),
        ["a certificate that the token says where to get"] = () =>
            Rsa(Header("RS256", ("x5u", "https://evil.example/cert.pem")), Attackers),
        ["a key id that is a path"] = () => Rsa(Header("RS256", kid: "../../dev/null"), Attackers),
        ["SHA-1"] = () =>
            Token(Header("RS1"), signed => Issuers.SignData(signed, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1)),
        ["another algorithm than it was signed by"] = () =>
            Token(
                Header("RS512"),
                signed => Issuers.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            ),
        ["an extension that must be understood"] = () =>
            Rsa(Header("RS256", ("crit", new JsonArray("b64")), ("b64", false)), Attackers),
    };

    public static TheoryData<string> Forgeries => [.. Forged.Keys];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_token_signed_by_this_algorithm_is_refused(string forgery)
    {
        await using var app = await StartAsync();
        using var ann = app.With(Forged[forgery]());
        (await ann.GetAsync("/api/settings")).IsProblem(401, "unauthenticated");
        (await ann.PostAsync("/api/gateway/anthropic/v1/messages", new { })).IsRefusal(401, "unauthenticated");
    }

    [Fact]
    public async Task The_issuers_own_tokens_open()
    {
        await using var app = await StartAsync();
        using var ann = app.With(Rsa(Header("RS256"), Issuers));
        (await ann.GetAsync("/api/settings")).Is(HttpStatusCode.OK);
        using var pss = app.With(
            Token(
                Header("PS256"),
                signed => Issuers.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
            )
        );
        (await pss.GetAsync("/api/settings")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_counts_for_a_minute_after_its_issuer_withdraws_the_key()
    {
        var found = Found();
        await using var app = await StartAsync(found);
        using var seen = app.With(Rsa(Header("RS256"), Issuers));
        (await seen.GetAsync("/api/settings")).Is(HttpStatusCode.OK);
        found.SigningKeys.Clear();

        app.Clock.Advance(RememberedTokens.Lifetime - TimeSpan.FromSeconds(1));
        (await seen.GetAsync("/api/settings")).Is(HttpStatusCode.OK);
        using var other = app.With(Rsa(Header("RS256", ("x", "y")), Issuers));
        (await other.GetAsync("/api/settings")).IsProblem(401, "unauthenticated");
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await seen.GetAsync("/api/settings")).IsProblem(401, "unauthenticated");
    }

    // As discovery would have found it.
    private static OpenIdConnectConfiguration Found()
    {
        var found = new OpenIdConnectConfiguration { Issuer = TestApp.Issuer };
        found.SigningKeys.Add(new RsaSecurityKey(Issuers.ExportParameters(false)) { KeyId = KeyId });
        return found;
    }

    private Task<TestApp> StartAsync(OpenIdConnectConfiguration? found = null) =>
        TestApp.StartAsync(
            parts,
            [
                "Authentication:Schemes:Bearer:SigningKeys:0:Issuer=",
                "Authentication:Schemes:Bearer:SigningKeys:0:Value=",
                "Authentication:Schemes:Bearer:ValidIssuer=",
                $"Authentication:Schemes:Bearer:Authority={TestApp.Issuer}",
            ],
            configure: builder =>
                builder.Services.PostConfigure<JwtBearerOptions>(
                    JwtBearerDefaults.AuthenticationScheme,
                    options =>
                        options.ConfigurationManager =
                            new Microsoft.IdentityModel.Protocols.StaticConfigurationManager<OpenIdConnectConfiguration>(
                                found ?? Found()
                            )
                )
        );

    private static JsonObject Header(string algorithm, params (string Name, JsonNode Value)[] members) =>
        Header(algorithm, KeyId, members);

    private static JsonObject Header(string algorithm, string kid, params (string Name, JsonNode Value)[] members)
    {
        var header = new JsonObject
        {
            ["alg"] = algorithm,
            ["typ"] = "JWT",
            ["kid"] = kid,
        };
        foreach (var (name, value) in members)
        {
            header[name] = value;
        }
        return header;
    }

    private static string Hmac(byte[] secret) => Token(Header("HS256"), signed => HMACSHA256.HashData(secret, signed));

    private static string Rsa(JsonObject header, RSA key) =>
        Token(header, signed => key.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));

    private static string Token(JsonObject header, Func<byte[], byte[]> sign)
    {
        var claims = new JsonObject
        {
            ["iss"] = TestApp.Issuer,
            ["aud"] = TestApp.Audience,
            ["sub"] = "ann",
            ["exp"] = TestApp.Noon.AddDays(1).ToUnixTimeSeconds(),
        };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    private static string Encode(JsonObject json) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));

    private static JsonObject Jwk(RSA key) =>
        new()
        {
            ["kty"] = "RSA",
            ["kid"] = KeyId,
            ["n"] = Base64Url.EncodeToString(key.ExportParameters(false).Modulus),
            ["e"] = Base64Url.EncodeToString(key.ExportParameters(false).Exponent),
        };
}
