using MyCoach.Hosting;

namespace MyCoach.Http;

/// <summary>
/// Adds headers that prevent browsers from treating a response as a page: no caching, content sniffing, framing,
/// scripts or referrer.
/// </summary>
internal static class SecurityHeaders
{
    private const string DenyAll = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app, HostEnvironment environment) =>
        app.Use(
            (context, next) =>
            {
                // As late as possible: the error handler clears the headers, and the gateway copies those of a
                // provider.
                context.Response.OnStarting(environment.IsDevelopment ? AddAsync : AddWithHstsAsync, context);
                return next(context);
            }
        );

    // Browsers ignore this header over plain HTTP. The platform or a proxy provides HTTPS.
    private static Task AddWithHstsAsync(object context)
    {
        ((HttpContext)context).Response.Headers.StrictTransportSecurity = "max-age=31536000";
        return AddAsync(context);
    }

    private static Task AddAsync(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy =
            context.GetEndpoint()?.Metadata.GetMetadata<PageContent>()?.PolicyOf(context) ?? DenyAll;
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }
        return Task.CompletedTask;
    }
}
