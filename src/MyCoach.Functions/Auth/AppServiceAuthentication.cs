using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace MyCoach.Auth;

/// <summary>
/// Reads the caller from <c>X-MS-CLIENT-PRINCIPAL</c>. Only the platform can set this header while App Service
/// authentication is on.
/// </summary>
internal sealed class AppServiceAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "AppService";

    // Whether the platform renames these claims depends on its settings.
    private static readonly Dictionary<string, string> ShortNames = new(StringComparer.Ordinal)
    {
        ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier"] = "sub",
        ["http://schemas.microsoft.com/identity/claims/objectidentifier"] = "oid",
        ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress"] = "email",
        ["http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn"] = "upn",
        ["http://schemas.microsoft.com/ws/2008/06/identity/claims/role"] = CallerResolution.RoleClaim,
    };

    /// <summary>The claim's name in tokens, given either of its two names.</summary>
    public static string ShortName(string claim) => ShortNames.GetValueOrDefault(claim, claim);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (Request.Headers["X-MS-CLIENT-PRINCIPAL"] is not [{ Length: > 0 } header])
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }
        var claims = ReadClaims(header);
        return Task.FromResult(
            claims is null
                ? AuthenticateResult.Fail("X-MS-CLIENT-PRINCIPAL is malformed.")
                : AuthenticateResult.Success(
                    new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(claims, Scheme)), Scheme)
                )
        );
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        TokenChallenge.Explain(Context, (await HandleAuthenticateOnceSafeAsync()).Failure);
        await base.HandleChallengeAsync(properties);
    }

    private static List<Claim>? ReadClaims(string header)
    {
        try
        {
            var principal = JsonSerializer.Deserialize(
                Convert.FromBase64String(header),
                PrincipalJson.Default.AppServicePrincipal
            );
            return principal
                ?.Claims?.Where(claim => claim is { Type: not null, Value: not null })
                .Select(claim => new Claim(ShortName(claim.Type!), claim.Value!))
                .DistinctBy(claim => (claim.Type, claim.Value))
                .ToList();
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            return null;
        }
    }
}
