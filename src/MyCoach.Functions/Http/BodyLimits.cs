using Microsoft.AspNetCore.Http.Features;

namespace MyCoach.Http;

/// <summary>
/// Limits request bodies in size, time and memory. The server's own limit closes the connection at once, so a client that
/// is still sending often misses the 413, and the Functions host answers 500 instead. This middleware refuses the body
/// when it is read; the server then drains the rest for up to five seconds.
/// </summary>
internal static class BodyLimits
{
    /// <summary>Call after UseRouting, which sets the server's limit from the endpoint's metadata.</summary>
    public static void UseBodyLimits(this IApplicationBuilder app)
    {
        var clock = app.ApplicationServices.GetRequiredService<TimeProvider>();
        app.Use(
            (context, next) =>
            {
                context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
                if (
                    context.Features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>().CanHaveBody
                    && context.GetEndpoint()?.Metadata.GetMetadata<LimitsOwnBody>() is null
                )
                {
                    var limit = context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>() ?? BodyLimit.OfJson;
                    context.Request.Body = new LimitedBody(context, limit, clock);
                }
                return next(context);
            }
        );
    }
}
