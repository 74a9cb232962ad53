using MyCoach.Hosting;

namespace MyCoach.Auth;

internal enum AuthMode
{
    Bearer,
    AppService,
}

/// <summary>The <c>Auth__…</c> settings, and the checks that refuse a start which would let the wrong callers in, or nobody.</summary>
internal sealed record AuthSettings(AuthMode Mode, string UserIdClaim, string ServiceRole, string AdminRole, UserId? DevelopmentUser)
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
        if (mode == AuthMode.AppService && !string.Equals(configuration["WEBSITE_AUTH_ENABLED"], "True", StringComparison.OrdinalIgnoreCase))
        {
            throw new SettingException("Auth__Mode", "may be AppService only where App Service authentication is on (WEBSITE_AUTH_ENABLED is True)");
        }
        if (mode == AuthMode.Bearer)
        {
            CheckBearer(configuration.GetSection("Authentication:Schemes:Bearer"), environment);
        }
        return new AuthSettings(
            mode,
            NonEmpty("UserIdClaim", "sub"),
            NonEmpty("ServiceRole", "MyCoach.Service"),
            NonEmpty("AdminRole", "MyCoach.Admin"),
            DevelopmentUserOf(auth["DevelopmentUser"], environment)
        );

        string NonEmpty(string name, string otherwise) => auth[name] is { Length: > 0 } value ? value : otherwise;
    }

    private static UserId? DevelopmentUserOf(string? name, HostEnvironment environment) =>
        string.IsNullOrEmpty(name) ? null
        : !environment.IsDevelopment ? throw new SettingException("Auth__DevelopmentUser", "is refused outside Development")
        : UserId.TryCreate(name) ?? throw new SettingException("Auth__DevelopmentUser", "must be a user id of 1 to 128 UTF-8 bytes");

    private static void CheckBearer(IConfigurationSection bearer, HostEnvironment environment)
    {
        const string Name = "Authentication__Schemes__Bearer__";
        var keys = bearer.GetSection("SigningKeys").GetChildren().ToArray();
        var hasAuthority = !string.IsNullOrEmpty(bearer["Authority"]);
        if (!hasAuthority && keys.Length == 0)
        {
            if (!environment.IsDevelopment)
            {
                throw new SettingException($"{Name}Authority", "or a signing key must be set outside Development, or Auth__Mode=AppService");
            }
            return;
        }
        if (hasAuthority && !(Uri.TryCreate(bearer["Authority"], UriKind.Absolute, out var authority) && authority.Scheme == Uri.UriSchemeHttps))
        {
            throw new SettingException($"{Name}Authority", "must be an https address");
        }
        foreach (var key in keys)
        {
            var value = key["Value"] ?? "";
            if (!Convert.TryFromBase64String(value, new byte[value.Length], out var bytes) || bytes < 32)
            {
                throw new SettingException($"{Name}SigningKeys__{key.Key}__Value", "must be base64 of at least 32 bytes");
            }
        }
        var issuers = Values("ValidIssuer", "ValidIssuers");
        if (issuers.Length > 1 || (issuers.Length == 0 && !hasAuthority))
        {
            throw new SettingException($"{Name}ValidIssuer", "must name exactly one issuer: with two, the same user id could be two people");
        }
        if (Values("ValidAudience", "ValidAudiences").Length == 0)
        {
            throw new SettingException($"{Name}ValidAudiences", "must name at least one audience");
        }

        string[] Values(string one, string several) =>
            [
                .. bearer
                    .GetSection(several)
                    .GetChildren()
                    .Select(child => child.Value)
                    .Append(bearer[one])
                    .OfType<string>()
                    .Where(value => value.Length > 0)
                    .Distinct(),
            ];
    }
}
