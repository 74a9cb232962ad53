using System.Text;
using Microsoft.Net.Http.Headers;

namespace MyCoach.Http;

internal static class Utf8Bodies
{
    /// <summary>Refuses bodies in a character encoding other than UTF-8 with 415. The framework would fail on some of them.</summary>
    public static void UseUtf8Bodies(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
                MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.Charset.HasValue && type.Encoding is not UTF8Encoding
                    ? Problems.WriteAsync(context, Problems.For(StatusCodes.Status415UnsupportedMediaType))
                    : next(context)
        );
}
