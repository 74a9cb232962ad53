using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using MyCoach.Hosting;

namespace MyCoach.Auth;

internal static class AuthServices
{
    /// <summary>The authorization policy of operations for operators only.</summary>
    public const string AdminPolicy = "Admin";

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

    private static readonly string[] Symmetric = [SecurityAlgorithms.HmacSha256, SecurityAlgorithms.HmacSha384, SecurityAlgorithms.HmacSha512];

    public static void AddAuth(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        var settings = AuthSettings.Read(builder.Configuration, environment);
        builder.Services.AddSingleton(settings);
        var authentication = builder.Services.AddAuthentication(SchemeOf(settings));
        if (settings.Mode == AuthMode.AppService)
        {
            authentication.AddScheme<AuthenticationSchemeOptions, AppServiceAuthentication>(AppServiceAuthentication.Scheme, null);
        }
        else
        {
            authentication.AddJwtBearer();
            builder
                .Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
                .Configure<TimeProvider>((options, clock) => Harden(options, clock, settings.Issuer));
        }
        if (settings.DevelopmentUser is not null)
        {
            authentication
                .AddScheme<AuthenticationSchemeOptions, DevelopmentAuthentication>(DevelopmentAuthentication.Scheme, null)
                .AddPolicyScheme(
                    "TokenOrDevelopment",
                    null,
                    options =>
                        options.ForwardDefaultSelector = context =>
                            DevelopmentAuthentication.Admits(context) ? DevelopmentAuthentication.Scheme : OwnScheme(settings)
                );
        }
        builder.Services.RemoveKeyRing();
        // Every endpoint needs authentication unless it allows anonymous access explicitly.
        builder
            .Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(AdminPolicy, policy => policy.RequireClaim(CallerResolution.RoleClaim, settings.AdminRole));
    }

    /// <summary>Removes the data-protection key ring. The program has no cookies, so it need not read or write one at the start.</summary>
    public static void RemoveKeyRing(this IServiceCollection services)
    {
        foreach (var keyRing in services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService").ToArray())
        {
            services.Remove(keyRing);
        }
    }

    public static void UseAuth(this IApplicationBuilder app)
    {
        var settings = app.ApplicationServices.GetRequiredService<AuthSettings>();
        app.CheckBearerOptions();
        app.UseAuthentication();
        app.Use(next => context => CallerResolution.ResolveAsync(context, settings, next));
        app.UseAuthorization();
    }

    // Build the options now, so that malformed settings fail the start and not the first request.
    private static void CheckBearerOptions(this IApplicationBuilder app)
    {
        try
        {
            _ = app.ApplicationServices.GetRequiredService<IOptionsMonitor<JwtBearerOptions>>().Get(JwtBearerDefaults.AuthenticationScheme);
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or InvalidOperationException)
        {
            throw new SettingException(
                "Authentication__Schemes__Bearer",
                "contains settings that ASP.NET Core's JWT bearer authentication does not accept"
            );
        }
    }

    private static string SchemeOf(AuthSettings settings) => settings.DevelopmentUser is null ? OwnScheme(settings) : "TokenOrDevelopment";

    private static string OwnScheme(AuthSettings settings) =>
        settings.Mode == AuthMode.AppService ? AppServiceAuthentication.Scheme : JwtBearerDefaults.AuthenticationScheme;

    private static void Harden(JwtBearerOptions options, TimeProvider clock, string? issuer)
    {
        options.MapInboundClaims = false;
        // The details would repeat parts of the token in the response.
        options.IncludeErrorDetails = false;
        // The token is not needed after validation.
        options.SaveToken = false;
        options.Events = new JwtBearerEvents { OnMessageReceived = ApiKeyHeader.ReadTokenAsync };
        var parameters = options.TokenValidationParameters;
        parameters.RoleClaimType = CallerResolution.RoleClaim;
        // Never accept a public key as the secret of a symmetric signature.
        parameters.ValidAlgorithms =
            parameters.IssuerSigningKeys?.Any(key => key is SymmetricSecurityKey) == true ? [.. Asymmetric, .. Symmetric] : Asymmetric;
        if (issuer is not null)
        {
            // By default the framework would also accept the issuer that the authority's metadata names.
            parameters.IssuerValidator = (tokenIssuer, _, _) =>
                tokenIssuer == issuer ? tokenIssuer : throw new SecurityTokenInvalidIssuerException("The token has another issuer.");
        }
        parameters.ClockSkew = TimeSpan.FromMinutes(1);
        parameters.LifetimeValidator = (notBefore, expires, _, validation) =>
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return expires is not null && now < expires + validation.ClockSkew && (notBefore is null || now >= notBefore - validation.ClockSkew);
        };
    }
}
