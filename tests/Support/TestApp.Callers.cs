using System.Net.Http.Headers;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace MyCoach.Tests.Support;

/// <summary>Who calls an app.</summary>
public sealed partial class TestApp
{
    /// <summary>A client without any credentials, which leaves an answer that is given up at once.</summary>
    public ApiClient Anonymous() =>
        new(
            new HttpClient(
                new SocketsHttpHandler
                {
                    UseCookies = false,
                    AllowAutoRedirect = false,
                    ResponseDrainTimeout = TimeSpan.Zero,
                }
            )
            {
                BaseAddress = Address,
            }
        );

    /// <summary>A client whose calls carry a good token of this user.</summary>
    public ApiClient As(string user, params string[] roles) => With(Token(user, roles));

    /// <summary>A client whose calls carry this token.</summary>
    public ApiClient With(string token)
    {
        var client = Anonymous();
        client.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public string Token(string user, params string[] roles) => Token(Clock.GetUtcNow(), user, roles);

    public static string Token(
        DateTimeOffset now,
        string user,
        string[]? roles = null,
        string issuer = Issuer,
        string audience = Audience,
        TimeSpan? lifetime = null,
        byte[]? signingKey = null
    )
    {
        var claims = new Dictionary<string, object> { ["sub"] = user };
        if (roles is { Length: > 0 })
        {
            claims["roles"] = roles;
        }
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            new SecurityTokenDescriptor
            {
                Issuer = issuer,
                Audience = audience,
                Claims = claims,
                NotBefore = now.UtcDateTime.AddHours(-2),
                Expires = now.UtcDateTime + (lifetime ?? TimeSpan.FromDays(400)),
                SigningCredentials = new SigningCredentials(
                    new SymmetricSecurityKey(signingKey ?? SigningKey),
                    SecurityAlgorithms.HmacSha256
                ),
            }
        );
    }
}
