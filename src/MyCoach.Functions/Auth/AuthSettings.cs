using MyCoach.Hosting;
using MyCoach.Users;

namespace MyCoach.Auth;

/// <summary>The <c>Auth__…</c> settings.</summary>
/// <param name="Issuer">The only accepted issuer; null if the authority's metadata names it.</param>
internal sealed record AuthSettings(
    AuthMode Mode,
    string UserIdClaim,
    string ServiceRole,
    string AdminRole,
    string? Issuer,
    UserId? DevelopmentUser
)
{
    public static AuthSettings Read(IConfiguration configuration, HostEnvironment environment)
    {
        var auth = configuration.GetSection("Auth");
        var mode = auth["Mode"] switch
        {
            null or "" or nameof(AuthMode.Bearer) => AuthMode.Bearer,
            nameof(AuthMode.AppService) => AuthMode.AppService,
            _ => throw new SettingException("Auth__Mode", "must be Bearer or AppService"),
        };
        if (mode == AuthMode.AppService)
        {
            CheckAppService(configuration, environment);
        }
        var claim = ReadOrDefault("UserIdClaim", "sub");
        return new AuthSettings(
            mode,
            mode == AuthMode.AppService ? AppServiceAuthentication.ShortName(claim) : claim,
            ReadOrDefault("ServiceRole", "MyCoach.Service"),
            ReadOrDefault("AdminRole", "MyCoach.Admin"),
            mode == AuthMode.Bearer
                ? BearerSettings.ReadIssuer(configuration.GetSection("Authentication:Schemes:Bearer"), environment)
                : null,
            ReadDevelopmentUser(auth["DevelopmentUser"], environment)
        );

        string ReadOrDefault(string name, string defaultValue) =>
            auth[name] is { Length: > 0 } value ? value : defaultValue;
    }

    // Elsewhere than behind App Service Authentication, any caller can set the header that says who they are.
    private static void CheckAppService(IConfiguration configuration, HostEnvironment environment)
    {
        if (!string.Equals(configuration["WEBSITE_AUTH_ENABLED"], "True", StringComparison.OrdinalIgnoreCase))
        {
            throw new SettingException(
                "Auth__Mode",
                "can be AppService only if App Service Authentication is on (WEBSITE_AUTH_ENABLED is True)"
            );
        }
        var isAllowedElsewhere = configuration["Auth:AppServiceOutsideAzure"] switch
        {
            null or "" => false,
            var value when bool.TryParse(value, out var isAllowed) => isAllowed,
            _ => throw new SettingException("Auth__AppServiceOutsideAzure", "must be true or false"),
        };
        if (!environment.IsAppService && !isAllowedElsewhere)
        {
            throw new SettingException(
                "Auth__Mode",
                "can be AppService only on Azure, which sets WEBSITE_SITE_NAME, WEBSITE_INSTANCE_ID or WEBSITE_POD_NAME "
                    + "(for tests elsewhere, set Auth__AppServiceOutsideAzure to true)"
            );
        }
    }

    private static UserId? ReadDevelopmentUser(string? name, HostEnvironment environment)
    {
        if (string.IsNullOrEmpty(name))
        {
            return null;
        }
        if (!environment.IsDevelopment)
        {
            throw new SettingException("Auth__DevelopmentUser", "is allowed only in Development");
        }
        return UserId.TryCreate(name)
            ?? throw new SettingException("Auth__DevelopmentUser", "must be a user id of 1 to 128 UTF-8 bytes");
    }
}
