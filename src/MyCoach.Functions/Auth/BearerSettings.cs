using MyCoach.Hosting;

namespace MyCoach.Auth;

/// <summary>The checks of ASP.NET Core's own bearer settings that refuse a start which would let the wrong callers in, or nobody.</summary>
internal static class BearerSettings
{
    private const string Name = "Authentication__Schemes__Bearer__";

    /// <summary>The one issuer that is configured; null where only the authority is, which names itself.</summary>
    public static string? ReadIssuer(IConfigurationSection bearer, HostEnvironment environment)
    {
        var keys = bearer.GetSection("SigningKeys").GetChildren().ToArray();
        var authority = bearer["Authority"];
        if (string.IsNullOrEmpty(authority) && keys.Length == 0)
        {
            return environment.IsDevelopment
                ? null
                : throw new SettingException($"{Name}Authority", "or a signing key must be set outside Development, or Auth__Mode=AppService");
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
            throw new SettingException($"{Name}ValidIssuer", "must name exactly one issuer: with two, the same user id could be two people");
        }
        // The framework uses only the keys of its issuers.
        if (keys.FirstOrDefault(key => key["Issuer"] != issuer) is { } stranger)
        {
            throw new SettingException($"{Name}SigningKeys__{stranger.Key}__Issuer", "must be the issuer that ValidIssuer names");
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
            throw new SettingException($"{Name}SigningKeys", "and Authority exclude each other: either could sign for the other");
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

    private static string[] Values(IConfigurationSection bearer, string one, string several) =>
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
