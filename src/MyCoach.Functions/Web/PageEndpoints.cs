using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using MyCoach.Auth;
using MyCoach.Http;

namespace MyCoach.Web;

/// <summary>
/// The page for the browser. It has every address outside the API, because its script shows a view for the address.
/// </summary>
internal static class PageEndpoints
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static void AddPage(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton(PageSettings.Read(builder.Configuration));
        builder.Services.AddSingleton<PageFiles>();
    }

    public static void MapPage(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods("/config.json", Reading, GetConfig).AllowAnonymous().ExcludeFromDescription();

    /// <summary>
    /// Call after UseRouting. This is no route, because a route for all addresses would turn the API's 405 into 404.
    /// </summary>
    public static void UsePage(this IApplicationBuilder app)
    {
        var policy = Policy(app.ApplicationServices.GetRequiredService<PageSettings>());
        var files = app.ApplicationServices.GetRequiredService<PageFiles>();
        var page = new Endpoint(
            context => ServeAsync(context, files),
            new EndpointMetadataCollection(
                new AllowAnonymousAttribute(),
                new PageContent(context =>
                    context.Features.Get<PageFile>()?.ContentType == PageFile.Html ? policy : null
                )
            ),
            "Page"
        );
        app.Use(
            (context, next) =>
            {
                if (context.GetEndpoint() is null && IsOutsideApi(context.Request))
                {
                    context.SetEndpoint(page);
                }
                return next(context);
            }
        );
    }

    private static Ok<PageConfig> GetConfig(AuthSettings auth, PageSettings page) =>
        TypedResults.Ok(PageConfig.Of(auth, page));

    private static Task ServeAsync(HttpContext context, PageFiles files)
    {
        if (files.Find(context.Request.Path) is not { } file)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }
        // The policy of a 304, which has no type, replaces that of the page in the browser's cache.
        context.Features.Set(file);
        var form = file.FormFor(context.Request.GetTypedHeaders().AcceptEncoding);
        var headers = context.Response.Headers;
        headers.CacheControl = file.CacheControl;
        headers.Vary = "Accept-Encoding";
        headers.ContentEncoding = form.ContentEncoding;
        return TypedResults.Stream(form.Open(), file.ContentType, entityTag: form.ETag).ExecuteAsync(context);
    }

    private static bool IsOutsideApi(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        && !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    private static string Policy(PageSettings settings) =>
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        + $"connect-src {string.Join(' ', ["'self'", .. settings.AuthorityOrigin])}; manifest-src 'self'; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
}
