using MyCoach.Hosting;

namespace MyCoach.Web;

/// <summary>The <c>Web__…</c> settings: where users of the page sign in.</summary>
/// <param name="Authority">The OpenID provider; null if the page has no sign-in with one.</param>
/// <param name="ClientId">The page's id there; null as the authority is.</param>
internal sealed record PageSettings(string? Authority, string? ClientId, string Scope)
{
    /// <summary>The origin that the page's script may call beside its own. Empty without an authority.</summary>
    public IEnumerable<string> AuthorityOrigin =>
        Authority is null ? [] : [new Uri(Authority).GetLeftPart(UriPartial.Authority)];

    public static PageSettings Read(IConfiguration configuration)
    {
        var web = configuration.GetSection("Web");
        var (authority, clientId) = (web["Authority"], web["ClientId"]);
        if (string.IsNullOrEmpty(authority) != string.IsNullOrEmpty(clientId))
        {
            throw new SettingException(
                string.IsNullOrEmpty(authority) ? "Web__Authority" : "Web__ClientId",
                "must be set too: the page needs both to sign users in"
            );
        }
        if (string.IsNullOrEmpty(authority))
        {
            return new PageSettings(null, null, "");
        }
        if (!IsAllowed(authority))
        {
            throw new SettingException("Web__Authority", "must be an https address, or http on this machine");
        }
        return new PageSettings(
            authority,
            clientId,
            web["Scope"] is { Length: > 0 } scope ? scope : "openid profile offline_access"
        );
    }

    private static bool IsAllowed(string authority) =>
        Uri.TryCreate(authority, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        && address.UserInfo.Length == 0;
}
