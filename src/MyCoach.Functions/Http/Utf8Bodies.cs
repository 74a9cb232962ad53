using Microsoft.Net.Http.Headers;

namespace MyCoach.Http;

internal static class Utf8Bodies
{
    private const string Utf8 = "utf-8";

    /// <summary>
    /// Refuses bodies in a character encoding other than UTF-8 with 415: the framework would fail on some of them. Other
    /// spellings of UTF-8, such as <c>"UTF-8"</c> in quotation marks, it does not know, so they are replaced.
    /// </summary>
    public static void UseUtf8Bodies(this IApplicationBuilder app) =>
        app.Use(
            (context, next) =>
            {
                if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) && type.Charset.HasValue)
                {
                    var charsets = type.Parameters.Where(parameter =>
                        parameter.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)
                    );
                    if (charsets.Any(charset => !IsUtf8(charset)))
                    {
                        return Problems.WriteAsync(context, Problems.For(StatusCodes.Status415UnsupportedMediaType));
                    }
                    type.Charset = Utf8;
                    context.Request.ContentType = type.ToString();
                }
                return next(context);
            }
        );

    private static bool IsUtf8(NameValueHeaderValue charset)
    {
        var name = HeaderUtilities.RemoveQuotes(charset.Value).Trim();
        return name.Equals(Utf8, StringComparison.OrdinalIgnoreCase)
            || name.Equals("utf8", StringComparison.OrdinalIgnoreCase);
    }
}
