using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using MyCoach.Hosting;

namespace MyCoach.Auth;

/// <summary>Makes ASP.NET Core's validation of bearer tokens stricter than its defaults.</summary>
internal static class BearerOptions
{
    private static readonly string[] Asymmetric =
    [
        SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSha384,
        SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly string[] Symmetric =
    [
        SecurityAlgorithms.HmacSha256,
        SecurityAlgorithms.HmacSha384,
        SecurityAlgorithms.HmacSha512,
    ];

    /// <summary>
    /// Builds the options now, so that malformed settings fail the start and not the first request.
    /// </summary>
    public static void CheckBearerOptions(this IApplicationBuilder app)
    {
        try
        {
            _ = app
                .ApplicationServices.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>()
                .Get(JwtBearerDefaults.AuthenticationScheme);
        }
        catch (Exception malformed)
            when (malformed is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new SettingException(
                "Authentication__Schemes__Bearer",
                "contains settings that ASP.NET Core's JWT bearer authentication does not accept"
            );
        }
    }

    public static void Harden(JwtBearerOptions options, TimeProvider clock, string? issuer)
    {
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(new RememberedTokens(clock) { MapInboundClaims = false });
        // The framework's details would repeat parts of the token in the response; TokenChallenge has its own.
        options.IncludeErrorDetails = false;
        // The token is not needed after validation.
        options.SaveToken = false;
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = ApiKeyHeader.ReadTokenAsync,
            OnChallenge = TokenChallenge.ExplainAsync,
        };
        var parameters = options.TokenValidationParameters;
        // ASP.NET Core's own would read the configuration again for each request.
        parameters.IssuerSigningKeys = parameters.IssuerSigningKeys?.ToArray();
        parameters.RoleClaimType = CallerResolution.RoleClaim;
        // Never accept a public key as the secret of a symmetric signature.
        parameters.ValidAlgorithms =
            parameters.IssuerSigningKeys?.Any(key => key is SymmetricSecurityKey) == true
                ? [.. Asymmetric, .. Symmetric]
                : Asymmetric;
        if (issuer is not null)
        {
            // By default the framework would also accept the issuer that the authority's metadata names.
            parameters.IssuerValidator = (tokenIssuer, _, _) =>
                tokenIssuer == issuer
                    ? tokenIssuer
                    : throw new SecurityTokenInvalidIssuerException("The token has another issuer.");
        }
        parameters.ClockSkew = TimeSpan.FromMinutes(1);
        parameters.LifetimeValidator = (notBefore, expires, _, validation) =>
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return expires is null ? throw new SecurityTokenNoExpirationException("The token has no expiry.")
                : now >= expires + validation.ClockSkew
                    ? throw new SecurityTokenExpiredException("The token has expired.")
                : notBefore is not null && now < notBefore - validation.ClockSkew
                    ? throw new SecurityTokenNotYetValidException("The token is not valid yet.")
                : true;
        };
    }
}
