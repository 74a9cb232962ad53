using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Gateway;

/// <summary>
/// Finds requests to open a WebSocket. Their clients fall back to HTTP at once if the answer is 426 (RFC 9110, 15.5.22).
/// </summary>
internal static class WebSockets
{
    /// <summary>
    /// Whether the caller asks for a connection other than HTTP. A request to upgrade to HTTP/2 may be answered in
    /// HTTP/1.1, so it is not one.
    /// </summary>
    public static bool IsRequestedBy(HttpContext context)
    {
        var request = context.Request;
        // A proxy in between can drop Connection and Upgrade, and HTTP/2 has neither.
        return request.Headers.SecWebSocketKey.Count > 0
            || request.Headers.SecWebSocketVersion.Count > 0
            || context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect == true
            || (
                context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true
                && !request.Headers.Upgrade.All(IsHttp2)
            );
    }

    /// <summary>States in a 426 which protocol to use. HTTP/2 and later have no such header.</summary>
    public static void NameProtocol(HttpResponse response)
    {
        if (response.StatusCode == StatusCodes.Status426UpgradeRequired && IsHttp1(response.HttpContext.Request))
        {
            response.Headers.Upgrade = "HTTP/1.1";
            response.Headers.Connection = "Upgrade";
        }
    }

    private static bool IsHttp1(HttpRequest request) =>
        HttpProtocol.IsHttp11(request.Protocol) || HttpProtocol.IsHttp10(request.Protocol);

    private static bool IsHttp2(string? protocol) => string.Equals(protocol, "h2c", StringComparison.OrdinalIgnoreCase);
}
