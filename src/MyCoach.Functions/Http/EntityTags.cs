using System.Security.Cryptography;
using System.Text;
using Azure;
using Microsoft.Net.Http.Headers;

namespace MyCoach.Http;

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

    /// <summary>Of something that has no row of its own: of all that can change in it.</summary>
    public static void ShowOf(HttpContext context, params ReadOnlySpan<string?> changing) =>
        context.Response.Headers.ETag =
            $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', changing!))))[..32]}\"";

    /// <summary>Says in the API description that the endpoint's resource carries an ETag.</summary>
    public static RouteHandlerBuilder WithETag(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new EntityTagged());

    public static void Show(HttpContext context, ETag? row) => context.Response.Headers.ETag = Of(row);

    /// <summary>Whether <c>If-Match</c> allows the change of a row that is now as given (null: there is none). Without the header, everything goes; a malformed one matches nothing.</summary>
    /// <param name="alwaysExists">Whether the resource exists, with defaults, also where no row does.</param>
    public static bool Allow(HttpRequest request, ETag? row, bool alwaysExists = false) =>
        request.Headers.IfMatch.Count == 0
        || request
            .GetTypedHeaders()
            .IfMatch.Any(tag => tag.Equals(EntityTagHeaderValue.Any) ? alwaysExists || row is not null : tag.ToString() == Of(row));
}

/// <summary>The resource of the endpoint with this metadata carries an ETag.</summary>
internal sealed class EntityTagged;
