using Scalar.AspNetCore;

namespace MyCoach.Http;

/// <summary>
/// The API description as a page, with Scalar. Page and script come from the program; nothing is loaded from elsewhere.
/// </summary>
internal static class ApiReference
{
    public const string Address = "/api/docs";

    public static void MapApiReference(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapScalarApiReference(
                Address,
                page =>
                    page.WithTitle("MyCoach API")
                        .WithOpenApiRoutePattern(ApiDescription.Address)
                        .WithNonce()
                        .DisableDefaultFonts()
                        .DisableTelemetry()
                        .DisableAgent()
                        .DisableMcp()
                        .HideClientButton()
                        .HideDeveloperTools()
                        .HideModels()
            )
            .AllowAnonymous()
            .WithMetadata(new PageContent(PolicyOf));

    // Styles are set by the script, which has no nonce for them.
    private static string? PolicyOf(HttpContext context) =>
        context.Items[ScalarOptions.NonceHttpContextItemKey] is string nonce
            ? $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
                + "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
                + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
            : null;
}

/// <summary>Endpoint metadata: the content security policy of a page. Null for what is no page.</summary>
internal sealed record PageContent(Func<HttpContext, string?> PolicyOf);
