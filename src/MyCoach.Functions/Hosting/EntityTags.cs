using System.Text;
using Azure;
using Microsoft.Net.Http.Headers;

namespace MyCoach.Hosting;

/// <summary>
/// A row's ETag as HTTP shows it. The storage's own is weak and full of quotes and <c>%</c>; ours is a strong tag that holds the same bytes, so that
/// <c>If-Match</c> compares as RFC 9110 asks.
/// </summary>
internal static class EntityTags
{
    private const string Absent = "\"none\"";

    public static string Of(ETag? row) =>
        row is { } etag
            ? $"\"{Convert.ToBase64String(Encoding.UTF8.GetBytes(etag.ToString())).TrimEnd('=').Replace('+', '-').Replace('/', '_')}\""
            : Absent;

    public static void Show(HttpContext context, ETag? row) => context.Response.Headers.ETag = Of(row);

    /// <summary>Whether <c>If-Match</c> allows the change of a row that is now as given (null: there is none). Without the header, everything goes; a malformed one matches nothing.</summary>
    public static bool Allow(HttpRequest request, ETag? row) =>
        request.Headers.IfMatch.Count == 0
        || request.GetTypedHeaders().IfMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any) ? row is not null : tag.ToString() == Of(row));
}
