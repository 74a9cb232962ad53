using MyCoach.Hosting;

namespace MyCoach.Auth;

/// <summary>
/// Checks ASP.NET Core's bearer settings at the start. Refuses settings that would admit the wrong callers, or none at
/// all.
/// </summary>
internal static class BearerSettings
{
    private const string Name = "Authentication__Schemes__Bearer__";

    // Anyone can make tokens of this issuer on their own machine.
    private const string DevelopmentIssuer = "dotnet-user-jwts";

    /// <summary>
    /// The configured issuer; null if only the authority is configured, whose metadata names the issuer.
    /// </summary>
    public static string? ReadIssuer(IConfigurationSection bearer, HostEnvironment environment)
    {
        var keys = bearer.GetSection("SigningKeys").GetChildren().ToArray();
        var authority = bearer["Authority"];
        if (string.IsNullOrEmpty(authority) && keys.Length == 0)
        {
            return environment.IsDevelopment
                ? null
                : throw new SettingException(
                    $"{Name}Authority",
                    "or a signing key must be set outside Development, unless Auth__Mode is AppService"
                );
        }
        var issuers = Values(bearer, "ValidIssuer", "ValidIssuers");
        var issuer = issuers.FirstOrDefault();
        if (!string.IsNullOrEmpty(authority))
        {
            CheckAuthority(authority, keys.Length > 0);
        }
        foreach (var key in keys)
        {
            CheckKey(key);
        }
        if (issuers.Length > 1 || (issuer is null && keys.Length > 0))
        {
            throw new SettingException(
                $"{Name}ValidIssuer",
                "must name exactly one issuer: with two, the same user id could mean two people"
            );
        }
        if (issuer == DevelopmentIssuer && (!environment.IsDevelopment || keys.Length == 0))
        {
            throw new SettingException(
                $"{Name}ValidIssuer",
                $"must be the issuer of your tokens; {DevelopmentIssuer} works only in Development, without an authority"
            );
        }
        // The framework uses only the keys whose Issuer matches.
        if (keys.FirstOrDefault(key => key["Issuer"] != issuer) is { } mismatch)
        {
            throw new SettingException($"{Name}SigningKeys__{mismatch.Key}__Issuer", "must equal ValidIssuer");
        }
        if (Values(bearer, "ValidAudience", "ValidAudiences").Length == 0)
        {
            throw new SettingException($"{Name}ValidAudiences", "must name at least one audience");
        }
        return issuer;
    }

    private static void CheckAuthority(string authority, bool hasKeys)
    {
        if (!Uri.TryCreate(authority, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttps)
        {
            throw new SettingException($"{Name}Authority", "must be an https address");
        }
        if (hasKeys)
        {
            throw new SettingException(
                $"{Name}SigningKeys",
                "and Authority are both set, so that each could sign tokens for the other; set only one"
            );
        }
    }

    private static void CheckKey(IConfigurationSection key)
    {
        var value = key["Value"] ?? "";
        if (!Convert.TryFromBase64String(value, new byte[value.Length], out var bytes) || bytes < 32)
        {
            throw new SettingException($"{Name}SigningKeys__{key.Key}__Value", "must be base64 of at least 32 bytes");
        }
    }

    private static string[] Values(IConfigurationSection bearer, string singular, string plural) =>
        [
            .. bearer
                .GetSection(plural)
                .GetChildren()
                .Select(child => child.Value)
                .Append(bearer[singular])
                .OfType<string>()
                .Where(value => value.Length > 0)
                .Distinct(),
        ];
}
