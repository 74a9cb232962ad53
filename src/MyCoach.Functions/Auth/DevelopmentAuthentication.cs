using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using MyCoach.Http;

namespace MyCoach.Auth;

/// <summary>In Development, treats requests without a token as one configured user, so that curl needs no token.</summary>
internal sealed class DevelopmentAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    AuthSettings settings
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "Development";

    /// <summary>
    /// Whether this request counts as the development user. It must have no token, come from this machine, be addressed to it (which rejects a
    /// rebound DNS name), and not come from another origin's web page.
    /// </summary>
    public static bool Admits(HttpContext context)
    {
        var headers = context.Request.Headers;
        return !ApiKeyHeader.HasToken(context)
            && context.Connection.RemoteIpAddress is { } caller
            && IPAddress.IsLoopback(caller)
            && IsLoopback(context.Request.Host)
            && headers["X-Forwarded-Host"].All(host => IsLoopback(new HostString(host ?? "")))
            // A local Functions host accepts calls from the whole network and forwards them from this machine.
            && headers["X-Forwarded-For"].SelectMany(all => (all ?? "").Split(',')).All(IsThisMachine)
            && headers.Origin.All(origin => origin is not null && Cors.IsLoopback(origin));
    }

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!Admits(Context) || settings.DevelopmentUser is not { } user)
        {
            return Task.FromResult(AuthenticateResult.NoResult());
        }
        var identity = new ClaimsIdentity([new Claim(settings.UserIdClaim, user.Value)], Scheme, settings.UserIdClaim, CallerResolution.RoleClaim);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme)));
    }

    private static bool IsThisMachine(string address) => IPEndPoint.TryParse(address.Trim(), out var caller) && IPAddress.IsLoopback(caller.Address);

    private static bool IsLoopback(HostString host) =>
        string.Equals(host.Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Host, out var address) && IPAddress.IsLoopback(address));
}
