using System.ComponentModel.DataAnnotations;
using MyCoach.Auth;

namespace MyCoach.Web;

/// <summary>How the page signs its user in. Authority, client id and scope are of <c>oidc</c> only.</summary>
public sealed record PageConfig(
    [property: AllowedValues("development", "appService", "oidc", "token")] string SignIn,
    string? Authority = null,
    string? ClientId = null,
    string? Scope = null
)
{
    internal static PageConfig Of(AuthSettings auth, PageSettings page) =>
        auth.DevelopmentUser is not null ? new PageConfig("development")
        : auth.Mode == AuthMode.AppService ? new PageConfig("appService")
        : page.Authority is not null ? new PageConfig("oidc", page.Authority, page.ClientId, page.Scope)
        : new PageConfig("token");
}
