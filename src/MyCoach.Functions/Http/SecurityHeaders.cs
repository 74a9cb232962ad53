using MyCoach.Hosting;

namespace MyCoach.Http;

/// <summary>What every answer tells a browser: that it is data of one user, never a page, and not to be kept, guessed at, framed or referred to.</summary>
internal static class SecurityHeaders
{
    private const string NothingMayRun = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    public static void UseSecurityHeaders(this IApplicationBuilder app, HostEnvironment environment) =>
        app.Use(
            (context, next) =>
            {
                // As late as possible: an error answer starts over, and a provider's headers pass.
                context.Response.OnStarting(environment.IsDevelopment ? AddAsync : AddWithTransportAsync, context.Response);
                return next(context);
            }
        );

    // Browsers heed it only where it came by https, which is the platform's or the proxy's to provide.
    private static Task AddWithTransportAsync(object response)
    {
        ((HttpResponse)response).Headers.StrictTransportSecurity = "max-age=31536000";
        return AddAsync(response);
    }

    private static Task AddAsync(object response)
    {
        var headers = ((HttpResponse)response).Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.ContentSecurityPolicy = NothingMayRun;
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.CacheControl.Count == 0)
        {
            headers.CacheControl = "no-store";
        }
        return Task.CompletedTask;
    }
}
