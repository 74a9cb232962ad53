using MyCoach.Hosting;

namespace MyCoach.Http;

/// <summary>
/// Adds headers that prevent browsers from treating a response as a page: no caching, content sniffing, framing, scripts or referrer.
/// </summary>
internal static class SecurityHeaders
{
    private const string DenyAll = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app, HostEnvironment environment) =>
        app.Use(
            (context, next) =>
            {
                // As late as possible: the error handler clears the headers, and the gateway copies those of a provider.
                context.Response.OnStarting(environment.IsDevelopment ? AddAsync : AddWithHstsAsync, context.Response);
                return next(context);
            }
        );

    // Browsers ignore this header over plain HTTP. The platform or a proxy provides HTTPS.
    private static Task AddWithHstsAsync(object response)
    {
        ((HttpResponse)response).Headers.StrictTransportSecurity = "max-age=31536000";
        return AddAsync(response);
    }

    private static Task AddAsync(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = DenyAll;
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }
        return Task.CompletedTask;
    }
}
