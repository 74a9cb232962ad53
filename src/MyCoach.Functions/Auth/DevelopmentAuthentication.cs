using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using MyCoach.Http;

namespace MyCoach.Auth;

/// <summary>In Development, requests without a token are one configured user, so that curl needs none.</summary>
internal sealed class DevelopmentAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    AuthSettings settings
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public new const string Scheme = "Development";

    /// <summary>
    /// Whether this request may be the development user: it carries no token, comes from this machine and is addressed to it (a rebound DNS name is not), and comes from
    /// no foreign web page.
    /// </summary>
    public static bool Admits(HttpContext context)
    {
        var headers = context.Request.Headers;
        return !ApiKeyHeader.HasToken(context)
            && context.Connection.RemoteIpAddress is { } caller
            && IPAddress.IsLoopback(caller)
            && IsLoopback(context.Request.Host)
            && headers["X-Forwarded-Host"].All(host => IsLoopback(new HostString(host ?? "")))
            // A local Functions host listens to the whole network, and calls from this machine for whoever calls it.
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
