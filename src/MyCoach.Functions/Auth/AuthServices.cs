using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using MyCoach.Hosting;

namespace MyCoach.Auth;

internal static class AuthServices
{
    /// <summary>The authorization policy of operations for operators only.</summary>
    public const string AdminPolicy = "Admin";

    // Selects the scheme by the token of the request.
    private const string AnyScheme = "Any";

    public static void AddAuth(this IHostApplicationBuilder builder, HostEnvironment environment)
    {
        var settings = AuthSettings.Read(builder.Configuration, environment);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<TokensTable>();
        builder.Services.AddSingleton<TokenCache>();
        var authentication = builder
            .Services.AddAuthentication(AnyScheme)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Scheme, null)
            .AddPolicyScheme(
                AnyScheme,
                null,
                options => options.ForwardDefaultSelector = context => SchemeOf(context, settings)
            );
        if (settings.Mode == AuthMode.AppService)
        {
            authentication.AddScheme<AuthenticationSchemeOptions, AppServiceAuthentication>(
                AppServiceAuthentication.Scheme,
                null
            );
        }
        else
        {
            authentication.AddJwtBearer();
            builder
                .Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
                .Configure<TimeProvider>((options, clock) => BearerOptions.Harden(options, clock, settings.Issuer));
        }
        if (settings.DevelopmentUser is not null)
        {
            authentication.AddScheme<AuthenticationSchemeOptions, DevelopmentAuthentication>(
                DevelopmentAuthentication.Scheme,
                null
            );
        }
        builder.Services.RemoveKeyRing();
        // Every endpoint needs authentication unless it allows anonymous access explicitly.
        builder
            .Services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(AdminPolicy, policy => policy.RequireClaim(CallerResolution.RoleClaim, settings.AdminRole));
    }

    /// <summary>
    /// Removes the data-protection key ring. The program has no cookies, so it need not read or write one at the start.
    /// </summary>
    public static void RemoveKeyRing(this IServiceCollection services)
    {
        foreach (
            var keyRing in services
                .Where(service => service.ImplementationType?.Name == "DataProtectionHostedService")
                .ToArray()
        )
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

    private static string SchemeOf(HttpContext context, AuthSettings settings) =>
        TokenAuthentication.Admits(context) ? TokenAuthentication.Scheme
        : settings.DevelopmentUser is not null && DevelopmentAuthentication.Admits(context)
            ? DevelopmentAuthentication.Scheme
        : settings.Mode == AuthMode.AppService ? AppServiceAuthentication.Scheme
        : JwtBearerDefaults.AuthenticationScheme;
}
